/** Vectors of what a task does on Ethereum and of the contracts that it names, made with general encoders. */
import { AbiCoder, getAddress, Interface, keccak256, TypedDataEncoder } from "ethers";
import { MAX_UINT256, sampleHex, type Vector, ZERO_HASH } from "./sample-values.ts";
import { fields } from "./typed-data-vectors.ts";

interface Effect {
  readonly kind: number;
  readonly source: string;
  readonly target: string;
  readonly value: string;
  readonly data: string;
}

const EFFECT = { Effect: fields("uint8 kind,address source,address target,uint256 value,bytes data") };
const ZERO_ADDRESS = `0x${"00".repeat(20)}`;

const transfer = new Interface(["function transfer(address to, uint256 amount)"]);
const source = (name: string) => sampleHex(`effects/source/${name}`, 20);
const call = (kind: 1 | 2, name: string, value: bigint, data: string): Effect => ({
  kind,
  source: source(name),
  target: sampleHex(`effects/target/${name}`, 20),
  value: `${value}`,
  data,
});
const event = (name: string, topics: readonly string[], data: string): Effect => ({
  kind: 3,
  source: source(name),
  target: ZERO_ADDRESS,
  value: `${topics.length}`,
  data: `0x${[...topics, data].map((hex) => hex.slice(2)).join("")}`,
});
const topics = (count: number) => Array.from({ length: count }, (_, at) => sampleHex(`effects/topic/${at}`, 32));

const REQUIRED = call(1, "one", 0n, transfer.encodeFunctionData("transfer", [sampleHex("effects/to", 20), 7n]));
const BEST_EFFORT = call(2, "two", MAX_UINT256, "0x");
const EVENT = event("one", topics(2), sampleHex("effects/log", 64));

export function effectsHashVectors(): Vector[] {
  const cases: Readonly<Record<string, readonly Effect[]>> = {
    "no effect": [],
    "one required call": [REQUIRED],
    "one best-effort call with value and without data": [BEST_EFFORT],
    "an event with two topics": [EVENT],
    "an event without topics and data": [event("one", [], "0x")],
    "an event with four topics": [event("two", topics(4), sampleHex("effects/long log", 500))],
    "calls and events, in order": [REQUIRED, EVENT, BEST_EFFORT],
    "the same in another order": [EVENT, REQUIRED, BEST_EFFORT],
    "the same call twice": [REQUIRED, REQUIRED],
  };
  return Object.entries(cases).map(([name, effects]) => {
    const hashes = effects.map((effect) => TypedDataEncoder.hashStruct("Effect", EFFECT, effect));
    const joined = `0x${hashes.map((hash) => hash.slice(2)).join("")}`;
    return { name, effects, expected: { hashes, effectsHash: hashes.length === 0 ? ZERO_HASH : keccak256(joined) } };
  });
}

export function touchesHashVectors(): Vector[] {
  return [0, 1, 2, 7].map((count) => {
    const touches = Array.from({ length: count }, (_, index) => sampleHex(`touched/${index}`, 20)).sort();
    const encoded = AbiCoder.defaultAbiCoder().encode(
      touches.map(() => "address"),
      touches.map((touched) => getAddress(touched)),
    );
    return { name: `${count} contracts`, touches, expected: count === 0 ? ZERO_HASH : keccak256(encoded) };
  });
}

/** Lists that a record may not name: each breaks one rule. */
export function touchesRefusedVectors(): Vector[] {
  const called = sampleHex("touched/called", 20);
  const eight = Array.from({ length: 8 }, (_, index) => sampleHex(`touched/${index}`, 20)).sort();
  const [low = "", high = ""] = eight;
  const cases = {
    "eight contracts": eight,
    "descending order": [high, low],
    "one contract twice": [low, low],
    "the called contract": [called, ...eight.slice(0, 2)].sort(),
  };
  return Object.entries(cases).map(([name, touches]) => ({ name, called, touches, error: "touches-invalid" }));
}

export function resultCallbackVectors(): Vector[] {
  const callback = new Interface(["function onEnigmaResult(bytes32 taskId, uint8 ending, bytes payload)"]);
  const cases = [
    { name: "a result", ending: 0, payload: AbiCoder.defaultAbiCoder().encode(["uint256"], [42]), status: 1 },
    { name: "no result", ending: 0, payload: "0x", status: 1 },
    { name: "a revert reason of odd length", ending: 1, payload: sampleHex("callback/reason", 37), status: 2 },
    { name: "out of gas", ending: 3, payload: "0x", status: 2 },
    { name: "the longest payload", ending: 0, payload: sampleHex("callback/longest", 8_192), status: 1 },
  ];
  return cases.map(({ name, ending, payload, status }) => {
    const taskId = sampleHex(`callback/task/${name}`, 32);
    const secretContract = sampleHex("callback/contract", 20);
    const sender = sampleHex("callback/sender", 20);
    const data = callback.encodeFunctionData("onEnigmaResult", [taskId, ending, payload]);
    const effect = { kind: status, source: secretContract, target: sender, value: "0", data };
    return { name, taskId, secretContract, sender, status, ending, payload, expected: effect };
  });
}
