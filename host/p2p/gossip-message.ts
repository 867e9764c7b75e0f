/**
 * The two messages that are gossiped (ARCHITECTURE 6), each a list: of tasks, or of results.
 */

import { encode } from "cborg";
import { MAX_CIPHERTEXT_BYTES, MAX_LOG_ENTRY_BYTES, SIGNATURE_BYTES, USER_KEY_BYTES } from "../protocol/limits.ts";
import type { LogEntryCbor } from "../protocol/log-entry-cbor.ts";
import { TASK_RECORD_BYTES } from "../protocol/task-record.ts";
import { bytes, decodeMessage, list, map, nullable, type Shape, uint } from "./message-shape.ts";

/** The largest abi.encode of a receipt that is taken: far above one with a single move. */
const MAX_RECEIPT_BYTES = 16_384;

/** A task on its way to the selected worker: `record` is the abi.encode, `input` ciphertext, `userKey` X25519. */
export interface TaskMessage {
  record: Uint8Array;
  input: Uint8Array;
  userKey: Uint8Array;
}

/** The result of a settled task: `entry` is what it appended to the contract's log, null where it failed. */
export interface ResultMessage {
  taskId: Uint8Array;
  record: Uint8Array;
  receipt: Uint8Array;
  signature: Uint8Array;
  output: Uint8Array;
  entry: LogEntryCbor | null;
}

export const TASK_SHAPE: Shape = {
  record: bytes(TASK_RECORD_BYTES),
  input: bytes(0, MAX_CIPHERTEXT_BYTES),
  userKey: bytes(USER_KEY_BYTES),
};

export const ENTRY_SHAPE: Shape = {
  index: uint(),
  kind: uint(2n),
  taskId: bytes(32),
  epoch: uint(),
  ciphertext: bytes(0, MAX_LOG_ENTRY_BYTES),
};

export const RESULT_SHAPE: Shape = {
  taskId: bytes(32),
  record: bytes(TASK_RECORD_BYTES),
  receipt: bytes(1, MAX_RECEIPT_BYTES),
  signature: bytes(SIGNATURE_BYTES),
  output: bytes(0, MAX_CIPHERTEXT_BYTES),
  entry: nullable(map(ENTRY_SHAPE)),
};

/** Tasks or results of one message. */
export const MAX_GOSSIP_ITEMS = 100;

/** Bytes of an item besides its variable parts, at most: field names, heads and fixed fields. */
const ITEM_BYTES = 1_024;

const TASKS_SHAPE: Shape = { tasks: list(map(TASK_SHAPE), MAX_GOSSIP_ITEMS) };
const RESULTS_SHAPE: Shape = { results: list(map(RESULT_SHAPE), MAX_GOSSIP_ITEMS) };

/** @throws EnigmaError `peer-message-malformed` */
export function decodeTasks(message: Uint8Array): TaskMessage[] {
  return decodeMessage<{ tasks: TaskMessage[] }>(message, TASKS_SHAPE).tasks;
}

/** @throws EnigmaError `peer-message-malformed` */
export function decodeResults(message: Uint8Array): ResultMessage[] {
  return decodeMessage<{ results: ResultMessage[] }>(message, RESULTS_SHAPE).results;
}

export function encodeTasks(tasks: readonly TaskMessage[]): Uint8Array {
  return encode({ tasks });
}

export function encodeResults(results: readonly ResultMessage[]): Uint8Array {
  return encode({ results });
}

/** An upper bound of a task's bytes in a message. */
export function taskBytes({ input }: TaskMessage): number {
  return ITEM_BYTES + input.length;
}

/** An upper bound of a result's bytes in a message. */
export function resultBytes({ receipt, output, entry }: ResultMessage): number {
  return ITEM_BYTES + receipt.length + output.length + (entry?.ciphertext.length ?? 0);
}
