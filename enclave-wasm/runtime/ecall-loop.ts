// Frames over two file descriptors, one at a time: length (u32, big-endian), then the bytes.
//
// Everything is synchronous but an engine that needs time to compile. The enclave has nothing else to do while it waits, nothing can run between two ecalls, and a
// round trip costs half of what Node's streams take.

import { readSync, writeSync } from "node:fs";
import type { Answer } from "./boot.ts";

/** The largest frame, in bytes: what the host takes too. */
export const MAX_FRAME = 96 * 1024 * 1024;
const PREFIX = 4;

/** Nobody changes it: waiting for it is waiting for the time. */
const CLOCK = new Int32Array(new SharedArrayBuffer(4));

/** Answers frames until the host closes the input. Throws when a frame is cut off or too large. */
export async function runEcallLoop(answer: Answer, input: number, output: number): Promise<void> {
  for (;;) {
    const prefix = readBytes(input, PREFIX);
    if (prefix === undefined) return;
    const length = new DataView(prefix.buffer).getUint32(0);
    if (length > MAX_FRAME) throw new Error("frame too large");
    const frame = readBytes(input, length);
    if (frame === undefined) throw new Error("frame cut off");
    const answered = answer(frame);
    writeFrame(output, answered instanceof Promise ? await answered : answered);
  }
}

/** Exactly `length` bytes, or nothing at the end of the input. */
function readBytes(input: number, length: number): Uint8Array<ArrayBuffer> | undefined {
  const bytes = new Uint8Array(length);
  let filled = 0;
  while (filled < length) {
    const read = patiently(() => readSync(input, bytes, filled, length - filled, null));
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
  while (written < frame.length) written += patiently(() => writeSync(output, frame, written));
}

/** Does what would block, also where someone else in the process (the reference engine) has made the pipes non-blocking. */
function patiently(transfer: () => number): number {
  for (;;) {
    try {
      return transfer();
    } catch (error) {
      if ((error as { code?: unknown }).code !== "EAGAIN") throw error;
      Atomics.wait(CLOCK, 0, 0, 1);
    }
  }
}
