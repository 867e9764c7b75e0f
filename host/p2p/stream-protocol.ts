/**
 * The stream protocols (ARCHITECTURE 6): one request frame, one answer frame, then the stream is closed.
 *
 * What a peer lacks it answers with an empty list or null; it never has to explain itself. Whoever asks checks the answer
 * against the chain, since a peer may answer anything.
 */

import { encode } from "cborg";
import { MAX_CIPHERTEXT_BYTES, MAX_MODULE_BYTES, SIGNATURE_BYTES, USER_KEY_BYTES } from "../protocol/limits.ts";
import type { LogEntryCbor } from "../protocol/log-entry-cbor.ts";
import { ENTRY_SHAPE, RESULT_SHAPE, type ResultMessage, TASK_SHAPE, type TaskMessage } from "./gossip-message.ts";
import { bytes, decodeMessage, list, map, nullable, type Shape, text, uint } from "./message-shape.ts";

/** A protocol's name, the shapes and the largest frames of its two messages. */
export interface StreamProtocol<Request, Answer> {
  readonly name: string;
  readonly request: Shape;
  /** An answer has one of these shapes. */
  readonly answers: readonly Shape[];
  readonly maxRequestBytes: number;
  readonly maxAnswerBytes: number;
  /** Streams of one peer that may be open at once. */
  readonly maxStreams: number;
  /** Never set: carries the types. */
  readonly types?: { request: Request; answer: Answer };
}

/** The largest answer: a page of log entries or tasks, or a module. */
export const MAX_ANSWER_BYTES = 4 * 1024 * 1024;
const MAX_REQUEST_BYTES = 256;
const MAX_LIST = 10_000;
/** Bytes of a view's question or answer besides the ciphertext, at most. */
const VIEW_BYTES = 4_096;
const MAX_CODE = 64;
const MAX_SENTENCE = 1_000;
/** Addresses that one peer may tell, and the length of each. */
export const MAX_ADDRESSES = 128;
const MAX_ADDRESS = 256;

const limits = { maxRequestBytes: MAX_REQUEST_BYTES, maxAnswerBytes: MAX_ANSWER_BYTES, maxStreams: 16 };

/** A module by its code hash; null where the peer has none. */
export const CODE_PROTOCOL: StreamProtocol<{ codeHash: Uint8Array }, { module: Uint8Array | null }> = {
  name: "/enigma/code/1",
  request: { codeHash: bytes(32) },
  answers: [{ module: nullable(bytes(0, MAX_MODULE_BYTES)) }],
  ...limits,
};

/** A page of a contract's log; no entries where the peer has none from there on. */
export interface LogPage {
  /** The state hash before the first entry; 32 bytes. */
  stateBefore: Uint8Array;
  entries: LogEntryCbor[];
}

/**
 * Log entries of a contract from an index on, as many as fit one answer. From null: from the first part of the last
 * checkpoint, or from index 0 where there is none.
 */
export const LOG_PROTOCOL: StreamProtocol<{ secretContract: Uint8Array; from: number | null }, LogPage> = {
  name: "/enigma/log/1",
  request: { secretContract: bytes(20), from: nullable(uint()) },
  answers: [{ stateBefore: bytes(32), entries: list(map(ENTRY_SHAPE), MAX_LIST) }],
  ...limits,
};

/** Open tasks with ids above `after`, in order of their ids, as many as fit one answer. */
export const TASKS_PROTOCOL: StreamProtocol<{ after: Uint8Array }, { tasks: TaskMessage[] }> = {
  name: "/enigma/tasks/1",
  request: { after: bytes(32) },
  answers: [{ tasks: list(map(TASK_SHAPE), MAX_LIST) }],
  ...limits,
};

/** The result of a settled task; null where the peer has none. */
export const RESULT_PROTOCOL: StreamProtocol<{ taskId: Uint8Array }, { result: ResultMessage | null }> = {
  name: "/enigma/result/1",
  request: { taskId: bytes(32) },
  answers: [{ result: nullable(map(RESULT_SHAPE)) }],
  ...limits,
};

/** The params of `enigma_view` on their way to the selected worker. */
export interface ViewQuestion {
  account: Uint8Array;
  secretContract: Uint8Array;
  epoch: number | bigint;
  /** Ciphertext. */
  input: Uint8Array;
  responseKey: Uint8Array;
  expiryBlock: number | bigint;
  requestId: Uint8Array;
  permit: Uint8Array;
}

/** The result of `enigma_view`, of the worker that answered. */
export interface ViewAnswerMessage {
  requestId: Uint8Array;
  /** Ciphertext. */
  output: Uint8Array;
  tip: Uint8Array;
  blockNumber: number | bigint;
  worker: Uint8Array;
  signature: Uint8Array;
}

/** One of the two, or, by a peer that is not the selected worker, neither. */
export interface ViewReply {
  answer?: ViewAnswerMessage;
  error?: { code: string; sentence: string };
}

const VIEW_QUESTION_SHAPE: Shape = {
  account: bytes(20),
  secretContract: bytes(20),
  epoch: uint(),
  input: bytes(0, MAX_CIPHERTEXT_BYTES),
  responseKey: bytes(USER_KEY_BYTES),
  expiryBlock: uint(),
  requestId: bytes(32),
  permit: bytes(SIGNATURE_BYTES),
};

const VIEW_ANSWER_SHAPE: Shape = {
  requestId: bytes(32),
  output: bytes(0, MAX_CIPHERTEXT_BYTES),
  tip: bytes(32),
  blockNumber: uint(),
  worker: bytes(20),
  signature: bytes(SIGNATURE_BYTES),
};

const ERROR_SHAPE: Shape = { code: text(MAX_CODE), sentence: text(MAX_SENTENCE) };

/** A view for the selected worker; whoever is not selected says so, and the next peer is asked. */
export const VIEW_PROTOCOL: StreamProtocol<ViewQuestion, ViewReply> = {
  name: "/enigma/view/1",
  request: VIEW_QUESTION_SHAPE,
  answers: [{ answer: map(VIEW_ANSWER_SHAPE) }, { error: map(ERROR_SHAPE) }, {}],
  maxRequestBytes: MAX_CIPHERTEXT_BYTES + VIEW_BYTES,
  maxAnswerBytes: MAX_CIPHERTEXT_BYTES + VIEW_BYTES,
  // A gateway passes on the views of many users at once.
  maxStreams: 256,
};

/** Where other peers listen: multiaddrs, each with its `/p2p/<id>`. */
export const PEERS_PROTOCOL: StreamProtocol<object, { addresses: readonly string[] }> = {
  name: "/enigma/peers/1",
  request: {},
  answers: [{ addresses: list(text(MAX_ADDRESS), MAX_ADDRESSES) }],
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

/** @throws EnigmaError `peer-message-malformed` where the frame has none of the shapes */
export function decodeFrame<T>(frame: Uint8Array, ...shapes: readonly Shape[]): T {
  return decodeMessage<T>(frame, ...shapes);
}
