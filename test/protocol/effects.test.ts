import { AbiCoder, TypedDataEncoder } from "ethers";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Effect,
  effectFromCbor,
  effectsHash,
  effectToCbor,
  eventEffect,
  eventOf,
} from "../../host/protocol/effect.ts";
import { isEnigmaError } from "../../host/protocol/errors/enigma-error.ts";
import {
  type Address,
  address,
  addressFromBytes,
  type Hash,
  hashFromBytes,
  toHex,
  ZERO_HASH,
} from "../../host/protocol/hex.ts";
import { LOG_ENTRY_KIND, type LogEntry, startsCheckpoint } from "../../host/protocol/log-entry.ts";
import { PRIVATE_EVENT_TOPIC, privateEventLog, privateEventOf } from "../../host/protocol/private-event.ts";
import { areTouches, deploymentGroup, groupWord, sortedTouches, touchesHash } from "../../host/protocol/touches.ts";
import {
  parseViewParams,
  parseViewResult,
  viewParamsToJson,
  viewResultToJson,
} from "../../host/protocol/view-rpc-types.ts";

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const addresses: fc.Arbitrary<Address> = bytes(20).map((value) => addressFromBytes(value));
const hashes: fc.Arbitrary<Hash> = bytes(32).map((value) => hashFromBytes(value));
const uint = (bits: number) => fc.bigInt({ min: 0n, max: 2n ** BigInt(bits) - 1n });

const calls: fc.Arbitrary<Effect> = fc.record({
  kind: fc.constantFrom(1 as const, 2 as const),
  source: addresses,
  target: addresses,
  value: uint(256),
  data: fc.uint8Array({ maxLength: 200 }),
});
const logs = fc.record({ topics: fc.array(hashes, { maxLength: 4 }), data: fc.uint8Array({ maxLength: 200 }) });
const events = fc.tuple(addresses, logs).map(([source, log]) => eventEffect(source, log));
const effects = fc.array(fc.oneof(calls, events), { maxLength: 6 });

function codeOf(action: () => unknown): string | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    return isEnigmaError(error) ? error.code : `not an EnigmaError: ${error}`;
  }
}

describe("effects", () => {
  it("are hashed as a general EIP-712 encoder hashes an array of them", () => {
    const fields = ["uint8 kind", "address source", "address target", "uint256 value", "bytes data"];
    const types = {
      Task: [{ type: "Effect[]", name: "effects" }],
      Effect: fields.map((field) => ({ type: field.split(" ")[0] as string, name: field.split(" ")[1] as string })),
    };
    fc.assert(
      fc.property(effects, (list) => {
        fc.pre(list.length > 0);
        // The encoding of the outer struct is its type's hash and then the word of the array.
        const encoded = TypedDataEncoder.from(types).encodeData("Task", { effects: list });
        expect(effectsHash(list)).toBe(`0x${encoded.slice(66)}`);
      }),
    );
    expect(effectsHash([])).toBe(ZERO_HASH);
  });

  it("come back from CBOR", () => {
    fc.assert(
      fc.property(fc.oneof(calls, events), (effect) => {
        expect(effectFromCbor(effectToCbor(effect))).toEqual(effect);
      }),
    );
  });

  it("are refused in CBOR that no enclave writes", () => {
    const source = addressFromBytes(new Uint8Array(20));
    const good = effectToCbor(eventEffect(source, { topics: [ZERO_HASH], data: new Uint8Array(3) }));
    const broken = [
      { ...good, kind: 0 },
      { ...good, kind: 4 },
      { ...good, source: new Uint8Array(19) },
      { ...good, target: new Uint8Array(32) },
      { ...good, value: new Uint8Array(31) },
      { ...good, data: new Uint8Array(31) },
      { ...good, value: new Uint8Array(32).fill(255) },
    ];
    for (const cbor of broken) expect(codeOf(() => effectFromCbor(cbor))).toBe("encoding-malformed");
    expect(codeOf(() => effectFromCbor(good))).toBeUndefined();
  });

  it("give back the log that they emit; a call has none", () => {
    fc.assert(
      fc.property(addresses, logs, calls, (source, log, call) => {
        expect(eventOf(eventEffect(source, log))).toEqual(log);
        expect(codeOf(() => eventOf(call))).toBe("encoding-malformed");
      }),
    );
  });
});

describe("private events", () => {
  const privateEvents = fc.record({
    taskId: hashes,
    recipient: hashes,
    epoch: uint(64),
    ciphertext: fc.uint8Array({ maxLength: 200 }),
  });

  it("have the data of a general ABI coder, and come back", () => {
    fc.assert(
      fc.property(privateEvents, (event) => {
        const log = privateEventLog(event);
        const data = AbiCoder.defaultAbiCoder().encode(["uint64", "bytes"], [event.epoch, event.ciphertext]);
        expect(toHex(log.data)).toBe(data);
        expect(privateEventOf(log)).toEqual(event);
      }),
    );
  });

  it("are not read from other logs, and refused where they are malformed", () => {
    fc.assert(
      fc.property(hashes, fc.uint8Array({ maxLength: 300 }), (topic, data) => {
        fc.pre(topic !== PRIVATE_EVENT_TOPIC);
        expect(privateEventOf({ topics: [topic], data })).toBeUndefined();
        const topics = [PRIVATE_EVENT_TOPIC, topic, topic];
        expect(codeOf(() => privateEventOf({ topics: topics.slice(0, 2), data }))).toBe("encoding-malformed");
        expect(["encoding-malformed", undefined]).toContain(codeOf(() => privateEventOf({ topics, data })));
      }),
    );
    expect(privateEventOf({ topics: [], data: new Uint8Array() })).toBeUndefined();
  });
});

describe("touched contracts", () => {
  const called = address(`0x${"80".repeat(20)}`);

  it("have one order, whatever order they are given in", () => {
    fc.assert(
      fc.property(fc.uniqueArray(addresses, { maxLength: 7 }), (touches) => {
        fc.pre(!touches.includes(called));
        const sorted = sortedTouches(called, touches);
        expect(areTouches(called, sorted)).toBe(true);
        expect(sortedTouches(called, [...touches].reverse())).toEqual(sorted);
        const words = sorted.map((touched) => BigInt(touched));
        expect(words).toEqual([...words].sort((a, b) => (a < b ? -1 : 1)));
        expect(touchesHash(sorted) === ZERO_HASH).toBe(touches.length === 0);
      }),
    );
  });

  it("are refused twice, as the called one, or in too large a number", () => {
    const other = address(`0x${"01".repeat(20)}`);
    const many = Array.from({ length: 8 }, (_, index) => address(`0x${`0${index}`.repeat(20)}`));
    for (const touches of [[other, other], [other, called], many]) {
      expect(codeOf(() => sortedTouches(called, touches))).toBe("touches-invalid");
    }
  });
});

describe("the group of a deployment", () => {
  it("comes back from the word that names it, and is the contract's own address where none is named", () => {
    fc.assert(
      fc.property(addresses, addresses, (secretContract, group) => {
        fc.pre(BigInt(group) !== 0n);
        const order = { kind: 1 as const, secretContract };
        expect(deploymentGroup({ ...order, touchesHash: groupWord(group) })).toBe(group);
        expect(deploymentGroup({ ...order, touchesHash: groupWord(null) })).toBe(secretContract);
      }),
    );
  });

  it("is not read from a hash, nor from a call", () => {
    const secretContract = address(`0x${"80".repeat(20)}`);
    const touches = `0x${"11".repeat(32)}` as Hash;
    expect(codeOf(() => deploymentGroup({ kind: 1, secretContract, touchesHash: touches }))).toBe("encoding-malformed");
    expect(codeOf(() => deploymentGroup({ kind: 2, secretContract, touchesHash: ZERO_HASH }))).toBe(
      "encoding-malformed",
    );
  });
});

describe("a checkpoint", () => {
  const entry = (kind: keyof typeof LOG_ENTRY_KIND, taskId: Hash): LogEntry => {
    return { index: 0n, kind: LOG_ENTRY_KIND[kind], taskId, epoch: 1n, ciphertext: new Uint8Array() };
  };
  const [one, two] = [`0x${"01".repeat(32)}` as Hash, `0x${"02".repeat(32)}` as Hash];

  it("starts with its first part, not with the others and not with a delta", () => {
    const log = [
      entry("checkpoint", one),
      entry("checkpoint", one),
      entry("checkpoint", two),
      entry("delta", two),
      entry("checkpoint", two),
    ];
    expect(log.map((part, index) => startsCheckpoint(part, log[index - 1]))).toEqual([true, false, true, false, true]);
  });
});

describe("views in JSON", () => {
  const params = fc.record({
    account: addresses,
    secretContract: addresses,
    epoch: uint(64),
    input: fc.uint8Array({ maxLength: 200 }),
    responseKey: bytes(32),
    expiryBlock: uint(64),
    requestId: hashes,
    permit: bytes(65),
  });
  const results = fc.record({
    requestId: hashes,
    output: fc.uint8Array({ maxLength: 200 }),
    tip: hashes,
    blockNumber: uint(64),
    worker: addresses,
    signature: bytes(65),
  });

  it("come back, questions and answers", () => {
    fc.assert(
      fc.property(params, results, (question, answer) => {
        expect(parseViewParams(JSON.parse(JSON.stringify(viewParamsToJson(question))))).toEqual(question);
        expect(parseViewResult(JSON.parse(JSON.stringify(viewResultToJson(answer))))).toEqual(answer);
      }),
    );
  });

  it("are refused with a field that is missing, of another size or unknown", () => {
    fc.assert(
      fc.property(params, fc.constantFrom("account", "input", "permit", "requestId", "epoch"), (question, field) => {
        const json = viewParamsToJson(question);
        for (const value of [undefined, null, 7, "0x123", "zz"])
          expect(codeOf(() => parseViewParams({ ...json, [field]: value }))).toBe("invalid-params");
        expect(codeOf(() => parseViewParams({ ...json, extra: "0x" }))).toBe("invalid-params");
      }),
    );
  });
});
