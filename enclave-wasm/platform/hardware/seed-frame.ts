/** The frame that starts a machine: length (u32, big-endian), then its seed, or nothing. */
import { readSync } from "node:fs";
import { HardwareError } from "./hardware-error.ts";

const PREFIX = 4;
const SEED = 32;

/** The frame for a machine with this seed, or for one of its own randomness. */
export function seedFrame(seed: Uint8Array = new Uint8Array()): Uint8Array {
  const frame = new Uint8Array(PREFIX + seed.length);
  new DataView(frame.buffer).setUint32(0, seed.length);
  frame.set(seed, PREFIX);
  return frame;
}

/**
 * Reads exactly that frame.
 * @throws {HardwareError} `platform-argument` for one of another length, or an input that ends before it does
 */
export function readSeedFrame(input: number): Uint8Array | undefined {
  const prefix = readExactly(input, PREFIX);
  const length = new DataView(prefix.buffer).getUint32(0);
  if (length === 0) return undefined;
  if (length !== SEED) throw new HardwareError("platform-argument", { detail: "A seed is 32 bytes." });
  return readExactly(input, SEED);
}

function readExactly(input: number, length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  for (let filled = 0; filled < length; ) {
    const read = readSync(input, bytes, filled, length - filled, null);
    if (read === 0) throw new HardwareError("platform-argument", { detail: "The input ended before the seed." });
    filled += read;
  }
  return bytes;
}
