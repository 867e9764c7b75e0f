import { encode } from "cborg";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  decodeResults,
  decodeTasks,
  encodeResults,
  encodeTasks,
  gossipedLogs,
  resultBytes,
  taskBytes,
} from "../../host/p2p/gossip-message.ts";
import { MAX_GOSSIPED_LOG_BYTES } from "../../host/protocol/limits.ts";

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
const contractLog = fc.record(
  { secretContract: exactly(20), entries: fc.array(entry, { maxLength: 4 }) },
  { noNullPrototype: true },
);
const resultMessage = fc.record(
  {
    taskId: exactly(32),
    record: exactly(480),
    receipt: fc.uint8Array({ minLength: 1 }),
    signature: exactly(65),
    output: fc.uint8Array(),
    logs: fc.option(fc.array(contractLog, { maxLength: 8 })),
  },
  { noNullPrototype: true },
);
const malformed = expect.objectContaining({ code: "peer-message-malformed" });
const task = { record: new Uint8Array(480), input: new Uint8Array(), userKey: new Uint8Array(32) };
const entryOf = (size: number) => ({
  ...{ index: 0, kind: 1, taskId: new Uint8Array(32), epoch: 1, ciphertext: new Uint8Array(size) },
});
/** The log of one contract with one entry of so many bytes of ciphertext. */
const logsOf = (size: number) => [{ secretContract: new Uint8Array(20), entries: [entryOf(size)] }];
const result = {
  ...{ taskId: new Uint8Array(32), record: new Uint8Array(480), receipt: new Uint8Array(1) },
  ...{ signature: new Uint8Array(65), output: new Uint8Array(), logs: null },
};

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
        const logs = decoded.logs?.map((log) => ({
          ...log,
          entries: log.entries.map((each) => ({ ...each, index: BigInt(each.index), epoch: BigInt(each.epoch) })),
        }));
        expect({ ...decoded, logs: logs ?? null }).toEqual(message);
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

  test("carries the logs of a result up to their bound, and null in place of larger ones", () => {
    const small = logsOf(MAX_GOSSIPED_LOG_BYTES - 1_024);
    const large = logsOf(MAX_GOSSIPED_LOG_BYTES);
    expect(gossipedLogs(small)).toBe(small);
    expect(gossipedLogs(large)).toBeNull();
    expect(gossipedLogs([])).toEqual([]);
    expect(decodeResults(encodeResults([{ ...result, logs: small }]))).toEqual([{ ...result, logs: small }]);
    expect(() => decodeResults(encodeResults([{ ...result, logs: large }]))).toThrow(malformed);
  });

  test.each([
    ["logs of more contracts than a task may touch", Array.from({ length: 9 }, () => logsOf(1)[0])],
    ["a log of an address that is none", [{ secretContract: new Uint8Array(19), entries: [] }]],
    ["a log entry of an unknown kind", [{ ...logsOf(1)[0], entries: [{ ...entryOf(1), kind: 3 }] }]],
    ["the single entry of the former version", entryOf(1)],
  ])("with %s is refused", (_, logs) => {
    expect(() => decodeResults(encode({ results: [{ ...result, logs }] }))).toThrow(malformed);
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
