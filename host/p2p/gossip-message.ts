/**
 * The two messages that are gossiped (ARCHITECTURE 6), and the log entry that is part of one of them.
 */

import { encode } from "cborg";
import { MAX_CIPHERTEXT_BYTES, MAX_GOSSIP_MESSAGE_BYTES, SIGNATURE_BYTES, USER_KEY_BYTES } from "../protocol/limits.ts";
import type { LogEntryCbor } from "../protocol/log-entry-cbor.ts";
import { TASK_RECORD_BYTES } from "../protocol/task-record.ts";
import { bytes, decodeMessage, map, nullable, type Shape, uint } from "./message-shape.ts";

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

export const TASK_SHAPE: Shape = { record: bytes(TASK_RECORD_BYTES), input: bytes(0, MAX_CIPHERTEXT_BYTES), userKey: bytes(USER_KEY_BYTES) };

export const ENTRY_SHAPE: Shape = {
  index: uint(),
  kind: uint(2n),
  taskId: bytes(32),
  epoch: uint(),
  ciphertext: bytes(0, MAX_GOSSIP_MESSAGE_BYTES),
};

export const RESULT_SHAPE: Shape = {
  taskId: bytes(32),
  record: bytes(TASK_RECORD_BYTES),
  receipt: bytes(1, MAX_RECEIPT_BYTES),
  signature: bytes(SIGNATURE_BYTES),
  output: bytes(0, MAX_CIPHERTEXT_BYTES),
  entry: nullable(map(ENTRY_SHAPE)),
};

/** @throws EnigmaError `peer-message-malformed` */
export function decodeTaskMessage(message: Uint8Array): TaskMessage {
  return decodeMessage<TaskMessage>(message, TASK_SHAPE);
}

/** @throws EnigmaError `peer-message-malformed` */
export function decodeResultMessage(message: Uint8Array): ResultMessage {
  return decodeMessage<ResultMessage>(message, RESULT_SHAPE);
}

export function encodeTaskMessage({ record, input, userKey }: TaskMessage): Uint8Array {
  return encode({ record, input, userKey });
}

export function encodeResultMessage(message: ResultMessage): Uint8Array {
  const { taskId, record, receipt, signature, output, entry } = message;
  return encode({ taskId, record, receipt, signature, output, entry });
}
