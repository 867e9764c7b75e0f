// Frames over two file descriptors, one at a time: length (u32, big-endian), then the bytes.
//
// Everything is synchronous. The enclave has nothing else to do while it waits, nothing can run between two ecalls, and a
// round trip costs half of what Node's streams take.

import { readSync, writeSync } from "node:fs";
import type { Answer } from "./boot.ts";

/** The largest frame, in bytes. */
const MAX_FRAME = 64 * 1024 * 1024;
const PREFIX = 4;

/** Answers frames until the host closes the input. Throws when a frame is cut off or too large. */
export function runEcallLoop(answer: Answer, input: number, output: number): void {
  for (;;) {
    const prefix = readBytes(input, PREFIX);
    if (prefix === undefined) return;
    const length = new DataView(prefix.buffer).getUint32(0);
    if (length > MAX_FRAME) throw new Error("frame too large");
    const frame = readBytes(input, length);
    if (frame === undefined) throw new Error("frame cut off");
    writeFrame(output, answer(frame));
  }
}

/** Exactly `length` bytes, or nothing at the end of the input. */
function readBytes(input: number, length: number): Uint8Array<ArrayBuffer> | undefined {
  const bytes = new Uint8Array(length);
  let filled = 0;
  while (filled < length) {
    const read = readSync(input, bytes, filled, length - filled, null);
    if (read === 0) {
      if (filled === 0) return undefined;
      throw new Error("frame cut off");
    }
    filled += read;
  }
  return bytes;
}

function writeFrame(output: number, bytes: Uint8Array): void {
  const frame = new Uint8Array(PREFIX + bytes.length);
  new DataView(frame.buffer).setUint32(0, bytes.length);
  frame.set(bytes, PREFIX);
  let written = 0;
  while (written < frame.length) written += writeSync(output, frame, written);
}
