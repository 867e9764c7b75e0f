/**
 * ISO/IEC 7816-4 padding to few sizes, so that a ciphertext's length says little about its content: one byte 0x80,
 * then zeros up to the smallest of 64, 128, 256, … that is larger than the plaintext.
 */
import { EnigmaError } from "./errors/enigma-error.ts";

const SMALLEST_BUCKET = 64;

/** Length of a plaintext of `length` bytes after padding. */
export function paddedLength(length: number): number {
  let bucket = SMALLEST_BUCKET;
  while (bucket <= length) bucket *= 2;
  return bucket;
}

/** Pads to the next bucket. */
export function pad(plaintext: Uint8Array): Uint8Array {
  const padded = new Uint8Array(paddedLength(plaintext.length));
  padded.set(plaintext);
  padded[plaintext.length] = 0x80;
  return padded;
}

/** Removes the padding. @throws `bad-ciphertext` if `pad` could not have made these bytes. */
export function unpad(padded: Uint8Array): Uint8Array {
  let end = padded.length - 1;
  while (end >= 0 && padded[end] === 0) end -= 1;
  if (end < 0 || padded[end] !== 0x80 || paddedLength(end) !== padded.length) throw new EnigmaError("bad-ciphertext");
  return padded.slice(0, end);
}
