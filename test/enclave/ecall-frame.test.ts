/** Frames between the host and an enclave: both sides draw the same line, above what the largest answer is. */
import { describe, expect, it } from "vitest";
import { MAX_FRAME } from "../../enclave-wasm/runtime/ecall-loop.ts";
import { FrameReader, withPrefix } from "../../host/enclave/ecall-frame.ts";
import { MAX_ECALL_FRAME_BYTES } from "../../host/protocol/limits.ts";
import { readSource } from "../repository/source-files.ts";

const prefix = (size: number) => {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, size);
  return bytes;
};

describe("a frame", () => {
  it("has the same limit in the host, in the enclave's loop and in what bounds the enclave's answers", () => {
    const [, mebibytes] =
      /FRAME: usize = (\d+) << 20;/.exec(readSource("enclave-wasm/core/src/format/limits.rs")) ?? [];
    expect([MAX_FRAME, Number(mebibytes) * 2 ** 20]).toEqual([MAX_ECALL_FRAME_BYTES, MAX_ECALL_FRAME_BYTES]);
  });

  it("as large as the largest answer does not end the enclave, and one larger does", () => {
    expect(new FrameReader().push(prefix(MAX_ECALL_FRAME_BYTES))).toEqual([]);
    expect(() => new FrameReader().push(prefix(MAX_ECALL_FRAME_BYTES + 1))).toThrow(
      expect.objectContaining({ code: "enclave-answer-malformed" }),
    );
  });

  it("that is too large is not sent", () => {
    expect(() => withPrefix(new Uint8Array(MAX_ECALL_FRAME_BYTES + 1))).toThrow(
      expect.objectContaining({ code: "enclave-request-too-large" }),
    );
  });

  it("comes out of any cut of the stream as it went in", () => {
    const frames = [Uint8Array.of(1, 2, 3), new Uint8Array(0), Uint8Array.of(4)];
    const stream = Buffer.concat(frames.map(withPrefix));
    for (let size = 1; size <= stream.length; size++) {
      const reader = new FrameReader();
      const chunks = Array.from({ length: Math.ceil(stream.length / size) }, (_, index) =>
        Uint8Array.from(stream.subarray(index * size, (index + 1) * size)),
      );
      expect(chunks.flatMap((chunk) => reader.push(chunk))).toEqual(frames);
    }
  });
});
