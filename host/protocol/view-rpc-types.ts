/** `enigma_view` as types, with a strict reader for each direction; the same shape goes between workers. */
import { type Address, type Hash, toHex } from "./hex.ts";
import { JsonFields } from "./json-fields.ts";
import { MAX_CIPHERTEXT_BYTES, SIGNATURE_BYTES, USER_KEY_BYTES } from "./limits.ts";

export interface ViewParams {
  readonly account: Address;
  readonly secretContract: Address;
  readonly epoch: bigint;
  /** Ciphertext. */
  readonly input: Uint8Array;
  /** X25519 public key that the answer is encrypted to. */
  readonly responseKey: Uint8Array;
  readonly expiryBlock: bigint;
  readonly requestId: Hash;
  /** The account's signature of the ViewPermit with these values. */
  readonly permit: Uint8Array;
}

export interface ViewResult {
  readonly requestId: Hash;
  /** Ciphertext. */
  readonly output: Uint8Array;
  readonly tip: Hash;
  readonly blockNumber: bigint;
  /** The worker whose enclave answered. */
  readonly worker: Address;
  /** Of the ViewAnswer with these values. */
  readonly signature: Uint8Array;
}

/** Bytes as hex, whole numbers as decimal strings. */
export type ViewParamsJson = Readonly<Record<keyof ViewParams, string>>;
export type ViewResultJson = Readonly<Record<keyof ViewResult, string>>;

/** @throws `invalid-params` naming the field; `input-too-large` */
export function parseViewParams(params: unknown): ViewParams {
  const fields = new JsonFields(params);
  const view = {
    account: fields.address("account"),
    secretContract: fields.address("secretContract"),
    epoch: fields.uint("epoch", 64),
    input: fields.bytes("input", { most: MAX_CIPHERTEXT_BYTES, tooLarge: "input-too-large" }),
    responseKey: fields.bytes("responseKey", { length: USER_KEY_BYTES }),
    expiryBlock: fields.uint("expiryBlock", 64),
    requestId: fields.hash("requestId"),
    permit: fields.bytes("permit", { length: SIGNATURE_BYTES }),
  };
  fields.end();
  return view;
}

/** @throws `invalid-params` naming the field */
export function parseViewResult(result: unknown): ViewResult {
  const fields = new JsonFields(result);
  const answer = {
    requestId: fields.hash("requestId"),
    output: fields.bytes("output", { most: MAX_CIPHERTEXT_BYTES }),
    tip: fields.hash("tip"),
    blockNumber: fields.uint("blockNumber", 64),
    worker: fields.address("worker"),
    signature: fields.bytes("signature", { length: SIGNATURE_BYTES }),
  };
  fields.end();
  return answer;
}

export function viewParamsToJson(view: ViewParams): ViewParamsJson {
  return {
    ...view,
    epoch: view.epoch.toString(),
    input: toHex(view.input),
    responseKey: toHex(view.responseKey),
    expiryBlock: view.expiryBlock.toString(),
    permit: toHex(view.permit),
  };
}

export function viewResultToJson(answer: ViewResult): ViewResultJson {
  return {
    ...answer,
    output: toHex(answer.output),
    blockNumber: answer.blockNumber.toString(),
    signature: toHex(answer.signature),
  };
}
