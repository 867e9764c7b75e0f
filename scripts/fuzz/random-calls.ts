// Random sequences of calls of a contract, made from its ABI.

import { AbiCoder, type FunctionFragment, type Interface, type ParamType } from "ethers";
import type { CheckedRun } from "./checked-run.ts";
import { RandomSource } from "./random-source.ts";

/** Enough for a call that is not meant to exhaust it, and bearable in an interpreter. */
const PLENTY = 6_000_000;
/** Senders and arguments. To the mock host the first byte of an address says what a call of it comes to: itself, or a refusal. */
const ADDRESSES = ["11", "00", "ff", "00a1", "ffb2"].map((start) => start.padEnd(40, start.slice(-2)));

/** The constructor, then calls and views. */
export function randomCalls(abi: Interface, seed: number, count: number): CheckedRun[] {
  const random = new RandomSource(seed);
  const functions = abi.fragments.filter((fragment): fragment is FunctionFragment => fragment.type === "function");
  const runs: CheckedRun[] = [{ ...caller(random), entry: "deploy", input: argumentsOf(abi.deploy.inputs, random) }];
  while (runs.length <= count) {
    const called = random.pick(functions);
    const isView = called.stateMutability === "view" && random.below(4) > 0;
    const input = called.selector.slice(2) + argumentsOf(called.inputs, random);
    runs.push({ ...caller(random), entry: isView ? "view" : "call", input: damaged(input, random) });
  }
  return runs;
}

/** Who calls, and with how much gas: mostly enough. */
function caller(random: RandomSource) {
  const gasLimit = random.below(5) > 0 ? PLENTY : 10_000 + random.below(400_000);
  return { sender: random.pick(ADDRESSES), gasLimit };
}

/** One input in twenty is cut off, and one has a byte changed. */
function damaged(input: string, random: RandomSource): string {
  const at = 2 * random.below(input.length / 2);
  switch (random.below(20)) {
    case 0:
      return input.slice(0, at);
    case 1:
      return input.slice(0, at) + random.below(256).toString(16).padStart(2, "0") + input.slice(at + 2);
    default:
      return input;
  }
}

function argumentsOf(params: readonly ParamType[], random: RandomSource): string {
  const values = params.map((param) => argument(param, random));
  return AbiCoder.defaultAbiCoder().encode(params, values).slice(2);
}

function argument(param: ParamType, random: RandomSource): unknown {
  if (param.isArray()) {
    const length = param.arrayLength !== null && param.arrayLength >= 0 ? param.arrayLength : random.below(4);
    return Array.from({ length }, () => argument(param.arrayChildren, random));
  }
  if (param.isTuple()) return param.components.map((component) => argument(component, random));
  const [, kind = "", size = ""] = /^([a-z]+)(\d*)$/.exec(param.type) ?? [];
  switch (kind) {
    case "address":
      return `0x${random.pick(ADDRESSES)}`;
    case "bool":
      return random.below(2) === 1;
    case "string":
      return "räuber".repeat(random.below(20));
    case "bytes":
      return random.bytes(size === "" ? random.below(200) : Number(size));
    default:
      return integer(kind === "int", Number(size || 256), random);
  }
}

/** Mostly small, since large ones are refused by most contracts; sometimes at an edge. */
function integer(isSigned: boolean, bits: number, random: RandomSource): bigint {
  const most = isSigned ? 2n ** BigInt(bits - 1) - 1n : 2n ** BigInt(bits) - 1n;
  const least = isSigned ? -most - 1n : 0n;
  switch (random.below(6)) {
    case 0:
      return random.pick([least, most, most - 1n, most / 2n]);
    case 1:
      return random.word() % (most + 1n);
    default:
      return BigInt(random.below(12));
  }
}
