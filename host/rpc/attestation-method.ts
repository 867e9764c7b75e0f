/** The method by which a node shows what its enclave is: `enigma_getAttestation`, `principal_getAttestation` (ARCHITECTURE 5). */
import { ATTESTED_ROLES, type AttestationResult, attestationToJson } from "../protocol/attestation-rpc-types.ts";
import { parseNoParams } from "../protocol/rpc-types.ts";
import type { RpcMethod } from "./rpc-method.ts";
import { ADDRESS, BYTES, hexSchema, objectSchema } from "./schema.ts";

/** What shows its enclave. */
export interface AttestationApi {
  attestation(): Promise<AttestationResult>;
}

const ATTESTATION = objectSchema("Attestation", {
  quote: BYTES,
  collateral: BYTES,
  signer: ADDRESS,
  encryptionKey: hexSchema("encryptionKey", 32),
  role: { title: "role", type: "string", enum: ATTESTED_ROLES },
});

export function attestationMethod(prefix: "enigma" | "principal", api: AttestationApi): RpcMethod {
  return {
    name: `${prefix}_getAttestation`,
    summary:
      "A fresh quote of this node's enclave with its collateral, and the keys and the role that the quote binds.",
    params: [],
    result: { name: "attestation", schema: ATTESTATION },
    errors: [],
    call: async (params) => {
      parseNoParams(params);
      return attestationToJson(await api.attestation());
    },
  };
}
