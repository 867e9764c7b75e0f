/**
 * Decoding of what peers send: strict CBOR maps with exactly the expected fields, each of the expected type and length.
 *
 * A peer may send anything, so nothing is taken from a message before its whole shape has been checked. The decoder
 * refuses indefinite lengths, duplicate keys, floating point that stands for integers, and trailing bytes.
 */

import { decode } from "cborg";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";

/** Checks one field's value. */
export type FieldCheck = (value: unknown) => boolean;

/** A map's fields and their checks. */
export type Shape = Readonly<Record<string, FieldCheck>>;

/** A byte string of `minimum` to `maximum` bytes. */
export function bytes(minimum: number, maximum: number = minimum): FieldCheck {
  return (value) => value instanceof Uint8Array && value.length >= minimum && value.length <= maximum;
}

/** An unsigned integer up to `maximum`, 2^64-1 by default. */
export function uint(maximum = 2n ** 64n - 1n): FieldCheck {
  return (value) => isUnsigned(value) && BigInt(value) <= maximum;
}

/** A text of at most `maximum` UTF-16 units. */
export function text(maximum: number): FieldCheck {
  return (value) => typeof value === "string" && value.length <= maximum;
}

/** Null, or what `check` accepts. */
export function nullable(check: FieldCheck): FieldCheck {
  return (value) => value === null || check(value);
}

/** A map of exactly the fields of `shape`. */
export function map(shape: Shape): FieldCheck {
  return (value) => matches(value, shape);
}

/** A list of at most `maximum` elements that `check` accepts. */
export function list(check: FieldCheck, maximum: number): FieldCheck {
  return (value) => Array.isArray(value) && value.length <= maximum && value.every(check);
}

/**
 * Decodes a message and checks its shape: it must be one of those given.
 *
 * @throws EnigmaError `peer-message-malformed`
 */
export function decodeMessage<T>(message: Uint8Array, ...shapes: readonly Shape[]): T {
  let value: unknown;
  try {
    value = decode(message, { allowIndefinite: false, rejectDuplicateMapKeys: true, allowUndefined: false });
  } catch (cause) {
    throw new EnigmaError("peer-message-malformed", { cause });
  }
  if (!shapes.some((shape) => matches(value, shape))) throw new EnigmaError("peer-message-malformed");
  return value as T;
}

function isUnsigned(value: unknown): value is number | bigint {
  if (typeof value === "bigint") return value >= 0n;
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function matches(value: unknown, shape: Shape): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value) || value instanceof Uint8Array) return false;
  const names = Object.keys(shape);
  if (Object.keys(value).length !== names.length) return false;
  return names.every(
    (name) => Object.hasOwn(value, name) && shape[name]?.((value as Record<string, unknown>)[name]) === true,
  );
}
