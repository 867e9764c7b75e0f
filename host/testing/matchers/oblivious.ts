/**
 * `toBeObliviousTo`: whether an observer can tell by what he sees which of several secrets a function was called with.
 *
 * Each call starts from the same state, in the same block, with the same randomness; afterwards the state is as before.
 */
import type { UntypedTestFunction } from "../contract/test-function.ts";
import { differenceInWords, firstDifference, type Observable, observables } from "./observables.ts";

export interface Verdict {
  readonly pass: boolean;
  readonly message: () => string;
}

/** Calls the function with each list of arguments and compares what an observer sees. */
export async function obliviousTo(received: unknown, inputs: readonly (readonly unknown[])[]): Promise<Verdict> {
  if (!isTestFunction(received)) throw new TypeError("toBeObliviousTo is for a function of a contract: contract.fn");
  if (!Array.isArray(inputs) || inputs.length < 2 || !inputs.every(Array.isArray))
    throw new TypeError("toBeObliviousTo takes two lists of arguments or more, one for each secret");
  const seen = await observeEach(received, inputs);
  const title = `${received.contractName ?? received.contract}.${received.fragment.name}`;
  for (const [index, other] of seen.entries()) {
    const difference = firstDifference(seen[0] ?? [], other);
    if (difference === undefined) continue;
    const pair = `${shown(inputs[0])} and ${shown(inputs[index])}`;
    const what = `an observer of ${title} can tell ${pair} apart: ${difference.name} is ${differenceInWords(difference)}`;
    return { pass: false, message: () => what };
  }
  return { pass: true, message: () => `an observer of ${title} cannot tell the ${inputs.length} inputs apart` };
}

async function observeEach(
  method: UntypedTestFunction,
  inputs: readonly (readonly unknown[])[],
): Promise<Observable[][]> {
  const { executor } = method;
  const orders = inputs.map((args) => method.order(args));
  const before = await executor.snapshot();
  const seen: Observable[][] = [];
  for (const order of orders) {
    try {
      const { observed } = await executor.execute(order);
      seen.push(observables(order, observed));
    } finally {
      await executor.revert(before);
    }
  }
  return seen;
}

function isTestFunction(value: unknown): value is UntypedTestFunction {
  return typeof value === "function" && "order" in value && "executor" in value;
}

function shown(args: readonly unknown[] | undefined): string {
  return `(${(args ?? []).map((value) => (typeof value === "object" ? JSON.stringify(value, bigintAsText) : String(value))).join(", ")})`;
}

function bigintAsText(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}
