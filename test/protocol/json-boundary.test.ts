import { describe, expect, it } from "vitest";
import { EnigmaError, type ErrorCode, isEnigmaError, isErrorCode } from "../../host/protocol/errors/enigma-error.ts";
import registry from "../../host/protocol/errors/registry.json" with { type: "json" };
import { address, fromHex, hash } from "../../host/protocol/hex.ts";
import { MAX_CIPHERTEXT_BYTES, MAX_MODULE_BYTES } from "../../host/protocol/limits.ts";
import {
  parseContractKeyParams,
  parseNoParams,
  parseSendTaskParams,
  parseTaskParams,
  parseTaskResult,
  parseTaskUpdate,
} from "../../host/protocol/rpc-types.ts";
import { vectors } from "./vector-files.ts";

const record = vectors("task-record")[0]?.record;
const task = { record, input: "0x00", userKey: `0x${"11".repeat(32)}` };

/** The field that a reader refuses, or undefined if it refuses nothing. */
function fieldOf(read: () => unknown): unknown {
  try {
    read();
    return undefined;
  } catch (error) {
    if (!isEnigmaError(error, "invalid-params")) throw error;
    return error.data.field;
  }
}

describe("params", () => {
  it("are read when they are well-formed", () => {
    expect(parseSendTaskParams(task).input).toEqual(Uint8Array.of(0));
    expect(parseContractKeyParams({ secretContract: `0x${"Ab".repeat(20)}` })).toEqual({
      secretContract: `0x${"ab".repeat(20)}`,
      codeHash: null,
      group: null,
      epoch: null,
    });
    expect(fieldOf(() => parseNoParams(undefined))).toBeUndefined();
    expect(fieldOf(() => parseNoParams([]))).toBeUndefined();
    expect(fieldOf(() => parseNoParams({}))).toBeUndefined();
  });

  it.each<[string, unknown]>([
    ["params", null],
    ["params", []],
    ["params", "0x"],
    ["record", { ...task, record: undefined }],
    ["record", { ...task, record: [] }],
    ["record.nonce", { ...task, record: { ...record, nonce: 5 } }],
    ["record.nonce", { ...task, record: { ...record, nonce: "-1" } }],
    ["record.nonce", { ...task, record: { ...record, nonce: "007" } }],
    ["record.nonce", { ...task, record: { ...record, nonce: "0x10" } }],
    ["record.nonce", { ...task, record: { ...record, nonce: `${2n ** 256n}` } }],
    ["record.gasLimit", { ...task, record: { ...record, gasLimit: `${2n ** 64n}` } }],
    ["record.kind", { ...task, record: { ...record, kind: 0 } }],
    ["record.kind", { ...task, record: { ...record, kind: 5 } }],
    ["record.kind", { ...task, record: { ...record, kind: 1.5 } }],
    ["record.kind", { ...task, record: { ...record, kind: "1" } }],
    ["record.rules", { ...task, record: { ...record, rules: 1.5 } }],
    ["record.sender", { ...task, record: { ...record, sender: "0x12" } }],
    ["record.codeHash", { ...task, record: { ...record, codeHash: 7 } }],
    ["record.extra", { ...task, record: { ...record, extra: 1 } }],
    ["input", { ...task, input: "0x0" }],
    ["input", { ...task, input: "zz" }],
    ["userKey", { ...task, userKey: "0x11" }],
    ["module", { ...task, module: 1 }],
    ["constructor", { ...task, constructor: 1 }],
    ["unknown", { ...task, unknown: 1 }],
  ])("are refused with the field named: %s", (field, params) => {
    expect(fieldOf(() => parseSendTaskParams(params))).toBe(field);
  });

  it.each([
    ["input-too-large", { ...task, input: `0x${"00".repeat(MAX_CIPHERTEXT_BYTES + 1)}` }],
    ["module-too-large", { ...task, module: `0x${"00".repeat(MAX_MODULE_BYTES + 1)}` }],
  ])("have a code of their own when they are too large: %s", (code, params) => {
    expect(() => parseSendTaskParams(params)).toThrow(expect.objectContaining({ code }));
  });

  it("are not read from an object's prototype", () => {
    const params = Object.create({ taskId: `0x${"00".repeat(32)}` });
    expect(fieldOf(() => parseTaskParams(params))).toBe("taskId");
  });
});

describe("results", () => {
  const update = {
    taskId: `0x${"00".repeat(32)}`,
    status: "running",
    worker: `0x${"00".repeat(20)}`,
    transactionHash: null,
  };

  it("are read when they are well-formed", () => {
    expect(parseTaskUpdate(update)).toEqual(update);
  });

  it("are refused with the field named", () => {
    expect(fieldOf(() => parseTaskUpdate({ ...update, status: "sleeping" }))).toBe("status");
    expect(fieldOf(() => parseTaskUpdate({ ...update, transactionHash: "0x" }))).toBe("transactionHash");
    const result = { ...update, receipt: null, signature: null, output: null, blockNumber: "1" };
    const { worker: _, ...settled } = { ...result, transactionHash: update.taskId };
    expect(fieldOf(() => parseTaskResult(settled))).toBe("status");
    expect(fieldOf(() => parseTaskResult({ ...settled, status: "refunded" }))).toBeUndefined();
    expect(fieldOf(() => parseTaskResult({ ...settled, status: "refunded", receipt: { moves: [1] } }))).toBe(
      "receipt.taskId",
    );
  });
});

describe("hex", () => {
  it.each(["0x", "12", "0xzz", `0x${"00".repeat(19)}`, `0x${"00".repeat(21)}`])("%s is no address", (text) => {
    expect(fieldOf(() => address(text, "who"))).toBe("who");
  });

  it("is refused in another length than asked for", () => {
    expect(fieldOf(() => fromHex("0x1234", 3, "three"))).toBe("three");
    expect(fieldOf(() => hash("0x12", "hash"))).toBe("hash");
  });
});

describe("errors", () => {
  it("have a code in kebab case, one sentence and a hint", () => {
    for (const [code, { sentence, hint }] of Object.entries(registry)) {
      expect(code).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      expect(sentence, code).toMatch(/^[A-Z`{].*([.!?}]|\{\w+\})$/);
      expect(hint, code).not.toBe("");
    }
  });

  it("stand in the registry in order", () => {
    expect(Object.keys(registry)).toEqual(Object.keys(registry).sort());
  });

  it("fill their sentence from their data", () => {
    const error = new EnigmaError("module-refused", { data: { rule: "module-start" }, detail: "At 8." });
    expect(error.message).toBe("The module breaks the rule module-start. At 8.");
    expect(error.toJSON()).toMatchObject({ code: "module-refused", data: { rule: "module-start" } });
    expect(JSON.parse(JSON.stringify(error)).sentence).toBe(error.message);
  });

  it("of another process keep codes that this version does not know", () => {
    const error = EnigmaError.received({ code: "from-the-future", sentence: "It is new.", hint: "Update." });
    expect([error.code, error.message, error.hint]).toEqual(["from-the-future", "It is new.", "Update."]);
    expect(isErrorCode(error.code)).toBe(false);
    const known = EnigmaError.received({ code: "task-refunded" satisfies ErrorCode });
    expect(known.hint).toBe(registry["task-refunded"].hint);
  });
});
