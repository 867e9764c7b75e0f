import { encode } from "cborg";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  decodeResults,
  decodeTasks,
  encodeResults,
  encodeTasks,
  resultBytes,
  taskBytes,
} from "../../host/p2p/gossip-message.ts";

const exactly = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const uint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const taskMessage = fc.record(
  { record: exactly(480), input: fc.uint8Array(), userKey: exactly(32) },
  { noNullPrototype: true },
);
const entry = fc.record(
  { index: uint64, kind: fc.constantFrom(1, 2), taskId: exactly(32), epoch: uint64, ciphertext: fc.uint8Array() },
  { noNullPrototype: true },
);
const resultMessage = fc.record(
  {
    taskId: exactly(32),
    record: exactly(480),
    receipt: fc.uint8Array({ minLength: 1 }),
    signature: exactly(65),
    output: fc.uint8Array(),
    entry: fc.option(entry),
  },
  { noNullPrototype: true },
);
const malformed = expect.objectContaining({ code: "peer-message-malformed" });
const task = { record: new Uint8Array(480), input: new Uint8Array(), userKey: new Uint8Array(32) };

describe("a gossip message", () => {
  test("decodes to what was encoded", () => {
    fc.assert(
      fc.property(fc.array(taskMessage, { maxLength: 5 }), (tasks) => {
        expect(decodeTasks(encodeTasks(tasks))).toEqual(tasks);
      }),
      { seed: 1 },
    );
    fc.assert(
      fc.property(resultMessage, (message) => {
        const [decoded] = decodeResults(encodeResults([message]));
        if (decoded === undefined) throw new Error("nothing decoded");
        const entry = decoded.entry && {
          ...decoded.entry,
          index: BigInt(decoded.entry.index),
          epoch: BigInt(decoded.entry.epoch),
        };
        expect({ ...decoded, entry }).toEqual(message);
      }),
      { seed: 2 },
    );
  });

  test("of random bytes is refused as malformed and as nothing else", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
        expect(() => decodeTasks(bytes)).toThrow(malformed);
      }),
      { seed: 3 },
    );
  });

  test.each([
    ["a missing field", { record: task.record, input: task.input }],
    ["an additional field", { ...task, more: 1 }],
    ["a short record", { ...task, record: new Uint8Array(479) }],
    ["text for bytes", { ...task, input: "0x00" }],
    ["an input that is too large", { ...task, input: new Uint8Array(262_144 + 41) }],
  ])("with %s is refused", (_, message) => {
    expect(() => decodeTasks(encode({ tasks: [message] }))).toThrow(malformed);
  });

  test("with a duplicate field, an indefinite length or trailing bytes is refused", () => {
    const whole = encodeTasks([task]);
    expect(() => decodeTasks(Uint8Array.of(...whole, 0))).toThrow(malformed);
    const fields = whole.subarray(1);
    expect(() => decodeTasks(Uint8Array.of(0xbf, ...fields, 0xff))).toThrow(malformed);
    expect(() => decodeTasks(Uint8Array.of(0xa2, ...fields, ...encode("tasks"), ...encode([])))).toThrow(malformed);
  });

  test("with more than 100 items is refused", () => {
    expect(decodeTasks(encodeTasks(Array.from({ length: 100 }, () => task)))).toHaveLength(100);
    expect(() => decodeTasks(encodeTasks(Array.from({ length: 101 }, () => task)))).toThrow(malformed);
  });

  test("is no larger than the bounds of its items say", () => {
    fc.assert(
      fc.property(
        fc.array(taskMessage, { maxLength: 5 }),
        fc.array(resultMessage, { maxLength: 5 }),
        (tasks, results) => {
          const bound = (sizes: number[]) => sizes.reduce((sum, size) => sum + size, 16);
          expect(encodeTasks(tasks).length).toBeLessThanOrEqual(bound(tasks.map(taskBytes)));
          expect(encodeResults(results).length).toBeLessThanOrEqual(bound(results.map(resultBytes)));
        },
      ),
      { seed: 4 },
    );
  });
});
