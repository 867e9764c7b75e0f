/**
 * The envelope of ecalls on the wire: length (u32, big-endian), then CBOR `{id, ecall, body}` one way and `{id, ok}` or
 * `{id, error: {code, sentence, data?}}` the other.
 */
import { decode, encode } from "cborg";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import { MAX_ECALL_FRAME_BYTES } from "../protocol/limits.ts";
import { bytes, optional, record, type Shape, text, uint } from "./answer-shape.ts";

const PREFIX = 4;

/** What an enclave answers. */
export interface EcallAnswer {
  readonly id: number;
  readonly result: Uint8Array | EnigmaError;
}

/** An error as it stands in an answer. */
export interface ErrorAnswer {
  readonly code: string;
  readonly sentence: string;
  readonly data?: Uint8Array;
}

export const errorShape: Shape<ErrorAnswer> = record({ code: text, sentence: text, data: optional(bytes()) });

const answerShape = record({ id: uint, ok: optional(bytes()), error: optional(errorShape) });

/** A request without its length prefix. */
export function encodeRequest(id: number, ecall: string, body: unknown): Uint8Array {
  return encode({ id, ecall, body: encode(body) });
}

/** @throws `enclave-answer-malformed` */
export function decodeAnswer(frame: Uint8Array): EcallAnswer {
  const { id, ok, error } = decodeShape(frame, answerShape);
  if (ok !== undefined && error === undefined) return { id: Number(id), result: ok };
  if (error !== undefined && ok === undefined) return { id: Number(id), result: receivedError(error) };
  throw new EnigmaError("enclave-answer-malformed");
}

/** The error that an enclave reports, with its data decoded where there is any. */
export function receivedError({ code, sentence, data }: ErrorAnswer): EnigmaError {
  return EnigmaError.received({ code, sentence, data: data === undefined ? undefined : decodeData(data) });
}

/** Decodes CBOR strictly and checks its shape. @throws `enclave-answer-malformed` */
export function decodeShape<T>(encoded: Uint8Array, shape: Shape<T>): T {
  let value: unknown;
  try {
    value = decode(encoded, { allowIndefinite: false, rejectDuplicateMapKeys: true, allowUndefined: false });
  } catch (cause) {
    throw new EnigmaError("enclave-answer-malformed", { cause });
  }
  if (!shape(value)) throw new EnigmaError("enclave-answer-malformed");
  return value;
}

function decodeData(data: Uint8Array): Record<string, unknown> {
  const decoded: unknown = decode(data, { allowIndefinite: false, rejectDuplicateMapKeys: true });
  return typeof decoded === "object" && decoded !== null ? { ...decoded } : { value: decoded };
}

/** Puts the length prefix before a frame. @throws `enclave-request-too-large` */
export function withPrefix(frame: Uint8Array): Uint8Array {
  if (frame.length > MAX_ECALL_FRAME_BYTES) throw new EnigmaError("enclave-request-too-large");
  const prefixed = new Uint8Array(PREFIX + frame.length);
  new DataView(prefixed.buffer).setUint32(0, frame.length);
  prefixed.set(frame, PREFIX);
  return prefixed;
}

/** Cuts a stream of bytes into frames. */
export class FrameReader {
  #chunks: Uint8Array[] = [];
  #length = 0;

  /** The frames that are complete with this chunk. @throws `enclave-answer-malformed` for a frame beyond the limit */
  push(chunk: Uint8Array): Uint8Array[] {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    const frames: Uint8Array[] = [];
    for (let size = this.#nextSize(); size !== undefined && this.#length >= PREFIX + size; size = this.#nextSize()) {
      frames.push(this.#take(PREFIX + size).subarray(PREFIX));
    }
    return frames;
  }

  #nextSize(): number | undefined {
    if (this.#length < PREFIX) return undefined;
    const [first] = this.#chunks;
    if (first === undefined || first.length < PREFIX) this.#join();
    const head = this.#chunks[0] as Uint8Array;
    const size = new DataView(head.buffer, head.byteOffset).getUint32(0);
    if (size > MAX_ECALL_FRAME_BYTES) throw new EnigmaError("enclave-answer-malformed");
    return size;
  }

  #take(size: number): Uint8Array {
    if ((this.#chunks[0]?.length ?? 0) < size) this.#join();
    const head = this.#chunks[0] as Uint8Array;
    this.#chunks = head.length > size ? [head.subarray(size), ...this.#chunks.slice(1)] : this.#chunks.slice(1);
    this.#length -= size;
    return head.subarray(0, size);
  }

  #join(): void {
    const joined = new Uint8Array(this.#length);
    let offset = 0;
    for (const chunk of this.#chunks) {
      joined.set(chunk, offset);
      offset += chunk.length;
    }
    this.#chunks = [joined];
  }
}
