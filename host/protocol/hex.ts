/**
 * Hexadecimal text and the two kinds of it that the protocol computes with.
 *
 * Bytes are `Uint8Array` everywhere inside. Addresses and 32-byte hashes are the exception: they are names, are
 * compared and used as keys of maps all the time, and a `Uint8Array` can do neither. So inside, too, they are
 * lower-case `0x` text, branded so that only `address` and `hash` (which check and lower the case) make them.
 */
import { EnigmaError } from "./errors/enigma-error.ts";

declare const brand: unique symbol;

/** `0x` and an even number of hexadecimal digits. */
export type Hex = `0x${string}`;
/** 20 bytes as lower-case hex. */
export type Address = Hex & { readonly [brand]: "Address" };
/** 32 bytes as lower-case hex: hashes, task ids, seeds. */
export type Hash = Hex & { readonly [brand]: "Hash" };

export const ZERO_HASH = `0x${"00".repeat(32)}` as Hash;
export const ZERO_ADDRESS = `0x${"00".repeat(20)}` as Address;

interface NativeHex {
  toHex?(): string;
}

const digits = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** Writes bytes as lower-case hex. */
export function toHex(bytes: Uint8Array): Hex {
  const native = (bytes as NativeHex).toHex;
  if (native !== undefined) return `0x${native.call(bytes)}`;
  let text = "";
  for (const byte of bytes) text += digits[byte];
  return `0x${text}`;
}

/** Reads hex of either case. @throws `invalid-params` naming `field` if it is not hex, or not of `length` bytes. */
export function fromHex(text: string, length?: number, field = "hex"): Uint8Array {
  if (!isHex(text)) throw malformed(field, "it is not 0x-prefixed hex of whole bytes");
  const size = text.length / 2 - 1;
  if (length !== undefined && size !== length) throw malformed(field, `it has ${size} bytes, not ${length}`);
  const bytes = new Uint8Array(size);
  writeHex(text, bytes, 0);
  return bytes;
}

/** Writes the bytes of well-formed hex into `target`. The caller has checked the text. */
export function writeHex(text: Hex, target: Uint8Array, offset: number): void {
  for (let from = 2, to = offset; from < text.length; from += 2, to += 1) {
    target[to] = (digitValue(text.charCodeAt(from)) << 4) | digitValue(text.charCodeAt(from + 1));
  }
}

/** Says whether a value is 0x-prefixed hex of whole bytes. */
export function isHex(value: unknown): value is Hex {
  return typeof value === "string" && value.length % 2 === 0 && /^0x[0-9a-fA-F]*$/.test(value);
}

/** Reads an address of any case. @throws `invalid-params` naming `field`. */
export function address(text: string, field = "address"): Address {
  if (typeof text !== "string" || !/^0x[0-9a-fA-F]{40}$/.test(text))
    throw malformed(field, "it is not an address of 20 bytes");
  return text.toLowerCase() as Address;
}

/** Reads 32 bytes of hex of any case. @throws `invalid-params` naming `field`. */
export function hash(text: string, field = "hash"): Hash {
  if (typeof text !== "string" || !/^0x[0-9a-fA-F]{64}$/.test(text))
    throw malformed(field, "it is not hex of 32 bytes");
  return text.toLowerCase() as Hash;
}

/** The address that 20 bytes are. @throws `invalid-params` at another length. */
export function addressFromBytes(bytes: Uint8Array, field = "address"): Address {
  return address(toHex(bytes), field);
}

/** The hash that 32 bytes are. @throws `invalid-params` at another length. */
export function hashFromBytes(bytes: Uint8Array, field = "hash"): Hash {
  return hash(toHex(bytes), field);
}

function digitValue(code: number): number {
  return code < 58 ? code - 48 : (code | 32) - 87;
}

function malformed(field: string, problem: string): EnigmaError {
  return new EnigmaError("invalid-params", { data: { field, problem } });
}
