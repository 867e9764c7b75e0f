/**
 * The stream protocols (ARCHITECTURE 6): one request frame, one answer frame, then the stream is closed.
 *
 * What a peer lacks it answers with an empty list or null; it never has to explain itself. Whoever asks checks the answer
 * against the chain, since a peer may answer anything.
 */

import { encode } from "cborg";
import { MAX_MODULE_BYTES } from "../protocol/limits.ts";
import type { LogEntryCbor } from "../protocol/log-entry-cbor.ts";
import { ENTRY_SHAPE, RESULT_SHAPE, type ResultMessage, TASK_SHAPE, type TaskMessage } from "./gossip-message.ts";
import { bytes, decodeMessage, list, map, nullable, type Shape, uint } from "./message-shape.ts";

/** A protocol's name, the shapes and the largest frames of its two messages. */
export interface StreamProtocol<Request, Answer> {
  readonly name: string;
  readonly request: Shape;
  readonly answer: Shape;
  readonly maxRequestBytes: number;
  readonly maxAnswerBytes: number;
  /** Never set: carries the types. */
  readonly types?: { request: Request; answer: Answer };
}

/** The largest answer: a page of log entries or tasks, or a module. */
export const MAX_ANSWER_BYTES = 4 * 1024 * 1024;
const MAX_REQUEST_BYTES = 256;
const MAX_LIST = 10_000;

const limits = { maxRequestBytes: MAX_REQUEST_BYTES, maxAnswerBytes: MAX_ANSWER_BYTES };

/** A module by its code hash; null where the peer has none. */
export const CODE_PROTOCOL: StreamProtocol<{ codeHash: Uint8Array }, { module: Uint8Array | null }> = {
  name: "/enigma/code/1",
  request: { codeHash: bytes(32) },
  answer: { module: nullable(bytes(0, MAX_MODULE_BYTES)) },
  ...limits,
};

/** Log entries of a contract from an index on, as many as fit one answer. */
export const LOG_PROTOCOL: StreamProtocol<{ secretContract: Uint8Array; from: number }, { entries: LogEntryCbor[] }> = {
  name: "/enigma/log/1",
  request: { secretContract: bytes(20), from: uint() },
  answer: { entries: list(map(ENTRY_SHAPE), MAX_LIST) },
  ...limits,
};

/** Open tasks with ids above `after`, in order of their ids, as many as fit one answer. */
export const TASKS_PROTOCOL: StreamProtocol<{ after: Uint8Array }, { tasks: TaskMessage[] }> = {
  name: "/enigma/tasks/1",
  request: { after: bytes(32) },
  answer: { tasks: list(map(TASK_SHAPE), MAX_LIST) },
  ...limits,
};

/** The result of a settled task; null where the peer has none. */
export const RESULT_PROTOCOL: StreamProtocol<{ taskId: Uint8Array }, { result: ResultMessage | null }> = {
  name: "/enigma/result/1",
  request: { taskId: bytes(32) },
  answer: { result: nullable(map(RESULT_SHAPE)) },
  ...limits,
};

/** The longest prefix of `items` that is sure to fit one answer, by the size that `sizeOf` gives for each. */
export function firstPage<T>(items: Iterable<T>, sizeOf: (item: T) => number): T[] {
  const page: T[] = [];
  let size = 1024;
  for (const item of items) {
    size += sizeOf(item) + 256;
    if (size > MAX_ANSWER_BYTES || page.length === MAX_LIST) break;
    page.push(item);
  }
  return page;
}

export function encodeFrame(message: object): Uint8Array {
  return encode(message);
}

/** @throws EnigmaError `peer-message-malformed` */
export function decodeFrame<T>(frame: Uint8Array, shape: Shape): T {
  return decodeMessage<T>(frame, shape);
}
