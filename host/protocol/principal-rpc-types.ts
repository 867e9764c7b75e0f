/** The JSON-RPC interface of the principal node, read as strictly as a worker's. */
import { type Address, type Hash, toHex } from "./hex.ts";
import { JsonFields } from "./json-fields.ts";

/** Quotes, collateral and key messages are some kilobytes; this bounds what a reader takes. */
const MAX_MESSAGE_BYTES = 1024 * 1024;

export interface PrincipalInfoResult {
  readonly signer: Address;
  readonly mrEnclave: Hash;
  readonly epoch: bigint;
}

/** The enclave of a worker that registers, or of an auditor. */
export interface RegisterParams {
  /** The address of the enclave's signing key and its X25519 public key (32 bytes), which the quote binds by a hash. */
  readonly signer: Address;
  readonly encryptionKey: Uint8Array;
  readonly quote: Uint8Array;
  readonly collateral: Uint8Array;
}

export interface GrantParams {
  /** Made and signed by the worker's enclave. */
  readonly request: Uint8Array;
}

export interface GrantResult {
  /** Encrypted to the worker's enclave. */
  readonly grant: Uint8Array;
}

export function parseRegisterParams(params: unknown): RegisterParams {
  const fields = new JsonFields(params);
  const register = {
    signer: fields.address("signer"),
    encryptionKey: fields.bytes("encryptionKey", { length: 32 }),
    quote: messageOf(fields, "quote"),
    collateral: messageOf(fields, "collateral"),
  };
  fields.end();
  return register;
}

export function parseGrantParams(params: unknown): GrantParams {
  const fields = new JsonFields(params);
  const grant = { request: messageOf(fields, "request") };
  fields.end();
  return grant;
}

export function parseGrantResult(result: unknown): GrantResult {
  const fields = new JsonFields(result);
  const grant = { grant: messageOf(fields, "grant") };
  fields.end();
  return grant;
}

export function principalInfoToJson(info: PrincipalInfoResult): { signer: string; mrEnclave: string; epoch: string } {
  return { ...info, epoch: info.epoch.toString() };
}

export function registerToJson(register: RegisterParams): Record<keyof RegisterParams, string> {
  return {
    signer: register.signer,
    encryptionKey: toHex(register.encryptionKey),
    quote: toHex(register.quote),
    collateral: toHex(register.collateral),
  };
}

function messageOf(fields: JsonFields, name: string): Uint8Array {
  return fields.bytes(name, { most: MAX_MESSAGE_BYTES });
}
