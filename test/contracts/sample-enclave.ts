// Sample contracts in an enclave without a chain, and what somebody without any key sees of their calls.

import { expect } from "vitest";
import { createEnclave, type EnclaveBed, type UntypedTestContract } from "../../host/testing/index.ts";
import { type Observable, observables } from "../../host/testing/matchers/observables.ts";
import type { SampleName } from "../../host/testing/sample-contract.ts";

/** An enclave for one test. */
export function sampleEnclave(): Promise<EnclaveBed> {
  return createEnclave();
}

/** Deploys a sample; alice does. */
export async function deploySample(
  enclave: EnclaveBed,
  name: SampleName,
  args: readonly unknown[] = [],
  group?: UntypedTestContract,
): Promise<UntypedTestContract> {
  return enclave.deploy(name, args, group === undefined ? {} : { group }) as Promise<UntypedTestContract>;
}

/** Orders a function as a task, views as well: what it returned, and everything that an observer learns of it. */
export async function order(contract: UntypedTestContract, name: string, ...args: readonly unknown[]) {
  const method = contract.getFunction(name);
  const task = { ...method.order(args), view: false };
  const { ending, observed } = await method.executor.execute(task);
  if (ending?.name !== "returned") throw new Error(`${name} ended with ${ending?.name}`);
  // The contract itself may be another one.
  const seen = observables(task, observed).filter((observable) => !observable.name.startsWith("source of"));
  return { values: [...method.abi.decodeFunctionResult(method.fragment, ending.result)], seen };
}

/** Orders a function as a task: what an observer learns of it. */
export async function observe(...ordered: Parameters<typeof order>): Promise<Observable[]> {
  return (await order(...ordered)).seen;
}

/** Expects that nobody without a key could tell these calls from one another. */
export function expectAlike(seen: readonly Observable[][]): void {
  const [first, ...others] = seen;
  expect(others.length).toBeGreaterThan(0);
  for (const other of others) expect(other).toEqual(first);
}
