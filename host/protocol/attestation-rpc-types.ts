/** What a node shows of its enclave to whoever asks: the quote, and what a verifier needs beside it. None of it is secret. */
import { type Address, toHex } from "./hex.ts";
import { JsonFields } from "./json-fields.ts";

/** Quotes and collateral are below 32 and 128 KiB where verifiers take them. */
const MAX_EVIDENCE_BYTES = 128 * 1024;

/** The roles whose nodes answer. */
export const ATTESTED_ROLES = ["principal", "worker"] as const;
export type AttestedRole = (typeof ATTESTED_ROLES)[number];

export interface AttestationResult {
  /** SGX DCAP quote, version 3. */
  readonly quote: Uint8Array;
  /** CBOR. */
  readonly collateral: Uint8Array;
  /** The address of the enclave's signing key and its X25519 public key (32 bytes), which the quote binds by a hash, as the role. */
  readonly signer: Address;
  readonly encryptionKey: Uint8Array;
  readonly role: AttestedRole;
}

/** @throws EnigmaError `invalid-params` */
export function parseAttestationResult(result: unknown): AttestationResult {
  const fields = new JsonFields(result);
  const attestation = {
    quote: fields.bytes("quote", { most: MAX_EVIDENCE_BYTES }),
    collateral: fields.bytes("collateral", { most: MAX_EVIDENCE_BYTES }),
    signer: fields.address("signer"),
    encryptionKey: fields.bytes("encryptionKey", { length: 32 }),
    role: fields.one("role", roleOf, "it is not the role of a node"),
  };
  fields.end();
  return attestation;
}

function roleOf(value: unknown): AttestedRole | undefined {
  return ATTESTED_ROLES.find((role) => role === value);
}

export function attestationToJson(attestation: AttestationResult): Record<keyof AttestationResult, string> {
  const { quote, collateral, signer, encryptionKey, role } = attestation;
  return {
    ...{ quote: toHex(quote), collateral: toHex(collateral), signer },
    ...{ encryptionKey: toHex(encryptionKey), role },
  };
}
