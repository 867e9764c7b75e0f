/**
 * Frames on a libp2p stream: the length as u32 big-endian, then that many bytes (ARCHITECTURE 6).
 */

import type { Stream } from "@libp2p/interface";
import { type ByteStream, byteStream } from "@libp2p/utils";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";

const LENGTH_BYTES = 4;

/** Reads and writes the frames of one stream. No frame may have more than `maxBytes`; `signal` ends every wait. */
export class FrameStream {
  private readonly bytes: ByteStream<Stream>;
  private readonly maxBytes: number;
  private readonly signal: AbortSignal;

  constructor(stream: Stream, maxBytes: number, signal: AbortSignal) {
    this.bytes = byteStream(stream, { maxBufferSize: maxBytes + LENGTH_BYTES });
    this.maxBytes = maxBytes;
    this.signal = signal;
  }

  /**
   * @throws EnigmaError `peer-unanswering` where the stream ends first or time runs out, `peer-message-malformed` where
   * the frame is empty or longer than allowed
   */
  async read(): Promise<Uint8Array> {
    const header = await this.take(LENGTH_BYTES);
    const length = new DataView(header.buffer, header.byteOffset).getUint32(0);
    if (length === 0 || length > this.maxBytes) {
      throw new EnigmaError("peer-message-malformed", { detail: `a frame of ${length} bytes` });
    }
    return this.take(length);
  }

  /** @throws EnigmaError `peer-unanswering` where the stream closes or time runs out */
  async write(frame: Uint8Array): Promise<void> {
    const framed = new Uint8Array(LENGTH_BYTES + frame.length);
    new DataView(framed.buffer).setUint32(0, frame.length);
    framed.set(frame, LENGTH_BYTES);
    try {
      await this.bytes.write(framed, { signal: this.signal });
    } catch (cause) {
      throw new EnigmaError("peer-unanswering", { cause });
    }
  }

  private async take(count: number): Promise<Uint8Array> {
    try {
      return (await this.bytes.read({ bytes: count, signal: this.signal })).subarray();
    } catch (cause) {
      throw new EnigmaError("peer-unanswering", { cause });
    }
  }
}
