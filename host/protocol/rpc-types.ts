/**
 * The JSON-RPC interface of a worker as types, with a strict reader for each direction: the server reads params with
 * `parse…Params`, the client reads results with `parse…Result`, both throw `invalid-params` with the field named.
 * Writers turn the typed values into JSON.
 */

import type { ContractKey } from "./contract-key.ts";
import { type Address, type Hash, toHex } from "./hex.ts";
import { JsonFields } from "./json-fields.ts";
import { MAX_CIPHERTEXT_BYTES, MAX_MODULE_BYTES, SIGNATURE_BYTES, USER_KEY_BYTES } from "./limits.ts";
import { type Receipt, type ReceiptJson, receiptFromJson, receiptToJson } from "./receipt.ts";
import { type TaskRecord, type TaskRecordJson, taskRecordFromJson, taskRecordToJson } from "./task-record.ts";
import { isFinalStatus, isTaskStatus, type TaskStatus, type TaskUpdate } from "./task-status.ts";

/** Numbers of JSON-RPC 2.0 errors; ours all have -32000 and their code in `data.code`. */
export const RPC_ERROR = { parse: -32700, request: -32600, method: -32601, params: -32602, enigma: -32000 } as const;

/** The error member of a JSON-RPC answer. */
export interface RpcErrorJson {
  readonly code: number;
  readonly message: string;
  readonly data?: { readonly code: string; readonly hint: string; readonly [fact: string]: unknown };
}

export interface InfoResult {
  readonly version: string;
  readonly chainId: bigint;
  readonly enigma: Address;
  readonly worker: Address;
  /** Address of the enclave's signing key. */
  readonly signer: Address;
  readonly mrEnclave: Hash;
  readonly debug: boolean;
  readonly epoch: bigint;
  readonly principalSigner: Address;
  readonly peers: number;
  readonly simulated: boolean;
}

export interface ContractKeyParams {
  readonly secretContract: Address;
  /** Needed while the contract is not deployed. */
  readonly codeHash: Hash | null;
  /** Needed while the contract is not deployed, where it is not the contract's own address. */
  readonly group: Address | null;
  /** The current epoch if null. */
  readonly epoch: bigint | null;
}

export interface ContractKeyResult extends ContractKey {
  /** Of the principal enclave. */
  readonly signature: Uint8Array;
}

export interface SendTaskParams {
  readonly record: TaskRecord;
  readonly input: Uint8Array;
  readonly userKey: Uint8Array;
  /** The module of a deployment. */
  readonly module: Uint8Array | null;
}

export interface SendTaskResult {
  readonly taskId: Hash;
  readonly worker: Address;
}

export interface TaskParams {
  readonly taskId: Hash;
}

export interface TaskResult {
  readonly taskId: Hash;
  readonly status: TaskStatus;
  /** Null for a task that was refunded: nobody's receipt counts for it. */
  readonly receipt: Receipt | null;
  readonly signature: Uint8Array | null;
  /** Ciphertext; empty after a failed callback and where there is nobody to encrypt to; null after a refund. */
  readonly output: Uint8Array | null;
  readonly transactionHash: Hash;
  readonly blockNumber: bigint;
}

export interface CodeParams {
  readonly codeHash: Hash;
}

export interface InfoJson {
  readonly version: string;
  readonly chainId: string;
  readonly enigma: string;
  readonly worker: string;
  readonly signer: string;
  readonly mrEnclave: string;
  readonly debug: boolean;
  readonly epoch: string;
  readonly principalSigner: string;
  readonly peers: number;
  readonly simulated: boolean;
}

export interface ContractKeyJson {
  readonly secretContract: string;
  readonly codeHash: string;
  readonly group: string;
  readonly epoch: string;
  readonly publicKey: string;
  readonly signature: string;
}

export interface SendTaskJson {
  readonly record: TaskRecordJson;
  readonly input: string;
  readonly userKey: string;
  readonly module?: string;
}

export interface TaskResultJson {
  readonly taskId: string;
  readonly status: TaskStatus;
  readonly receipt: ReceiptJson | null;
  readonly signature: string | null;
  readonly output: string | null;
  readonly transactionHash: string;
  readonly blockNumber: string;
}

/** Params of a method that takes none: an empty object, an empty array, or nothing. */
export function parseNoParams(params: unknown): void {
  if (params === undefined || (Array.isArray(params) && params.length === 0)) return;
  new JsonFields(params).end();
}

export function parseContractKeyParams(params: unknown): ContractKeyParams {
  return readObject(params, (fields) => ({
    secretContract: fields.address("secretContract"),
    codeHash: fields.nullable("codeHash", (name) => fields.hash(name)),
    group: fields.nullable("group", (name) => fields.address(name)),
    epoch: fields.nullable("epoch", (name) => fields.uint(name, 64)),
  }));
}

export function parseSendTaskParams(params: unknown): SendTaskParams {
  return readObject(params, (fields) => ({
    record: taskRecordFromJson(fields.object("record")),
    input: fields.bytes("input", { most: MAX_CIPHERTEXT_BYTES, tooLarge: "input-too-large" }),
    userKey: fields.bytes("userKey", { length: USER_KEY_BYTES }),
    module: fields.nullable("module", (name) =>
      fields.bytes(name, { most: MAX_MODULE_BYTES, tooLarge: "module-too-large" }),
    ),
  }));
}

export function parseTaskParams(params: unknown): TaskParams {
  return readObject(params, (fields) => ({ taskId: fields.hash("taskId") }));
}

export function parseCodeParams(params: unknown): CodeParams {
  return readObject(params, (fields) => ({ codeHash: fields.hash("codeHash") }));
}

export function parseInfoResult(result: unknown): InfoResult {
  return readObject(result, (fields) => ({
    version: fields.text("version"),
    chainId: fields.uint("chainId", 256),
    enigma: fields.address("enigma"),
    worker: fields.address("worker"),
    signer: fields.address("signer"),
    mrEnclave: fields.hash("mrEnclave"),
    debug: fields.boolean("debug"),
    epoch: fields.uint("epoch", 64),
    principalSigner: fields.address("principalSigner"),
    peers: fields.number("peers", 32),
    simulated: fields.boolean("simulated"),
  }));
}

export function parseContractKeyResult(result: unknown): ContractKeyResult {
  return readObject(result, (fields) => ({
    secretContract: fields.address("secretContract"),
    codeHash: fields.hash("codeHash"),
    group: fields.address("group"),
    epoch: fields.uint("epoch", 64),
    publicKey: fields.bytes("publicKey", { length: 32 }),
    signature: fields.bytes("signature", { length: SIGNATURE_BYTES }),
  }));
}

export function parseSendTaskResult(result: unknown): SendTaskResult {
  return readObject(result, (fields) => ({ taskId: fields.hash("taskId"), worker: fields.address("worker") }));
}

export function parseTaskUpdate(result: unknown): TaskUpdate {
  return readObject(result, (fields) => ({
    taskId: fields.hash("taskId"),
    status: statusOf(fields),
    worker: fields.address("worker"),
    transactionHash: fields.nullable("transactionHash", (name) => fields.hash(name)),
  }));
}

export function parseTaskResult(result: unknown): TaskResult {
  return readObject(result, (fields) => ({
    taskId: fields.hash("taskId"),
    status: fields.one(
      "status",
      (value) => (isTaskStatus(value) && isFinalStatus(value) ? value : undefined),
      "it is not a final status",
    ),
    receipt: fields.nullable("receipt", (name) => receiptFromJson(fields.object(name))),
    signature: fields.nullable("signature", (name) => fields.bytes(name, { length: SIGNATURE_BYTES })),
    output: fields.nullable("output", (name) => fields.bytes(name, { most: MAX_CIPHERTEXT_BYTES })),
    transactionHash: fields.hash("transactionHash"),
    blockNumber: fields.uint("blockNumber", 64),
  }));
}

export function infoToJson(info: InfoResult): InfoJson {
  return { ...info, chainId: info.chainId.toString(), epoch: info.epoch.toString() };
}

export function contractKeyToJson(key: ContractKeyResult): ContractKeyJson {
  return { ...key, epoch: key.epoch.toString(), publicKey: toHex(key.publicKey), signature: toHex(key.signature) };
}

export function sendTaskToJson(task: SendTaskParams): SendTaskJson {
  const json = { record: taskRecordToJson(task.record), input: toHex(task.input), userKey: toHex(task.userKey) };
  return task.module === null ? json : { ...json, module: toHex(task.module) };
}

export function taskResultToJson(result: TaskResult): TaskResultJson {
  return {
    ...result,
    receipt: result.receipt && receiptToJson(result.receipt),
    signature: result.signature && toHex(result.signature),
    output: result.output && toHex(result.output),
    blockNumber: result.blockNumber.toString(),
  };
}

function readObject<T>(value: unknown, read: (fields: JsonFields) => T): T {
  const fields = new JsonFields(value);
  const result = read(fields);
  fields.end();
  return result;
}

function statusOf(fields: JsonFields): TaskStatus {
  return fields.one("status", (value) => (isTaskStatus(value) ? value : undefined), "it is not a task's status");
}
