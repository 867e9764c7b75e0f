/**
 * What the network suite measures, in a process of its own, as a file of tests has one: the first network and the next, a call,
 * a snapshot, and going back behind some calls. Prints milliseconds as one line of JSON.
 */

import type { UntypedTestContract } from "../../host/testing/contract/test-contract.ts";
import { createNetwork } from "../../host/testing/network/create-network.ts";
import type { NetworkBed } from "../../host/testing/network/network-bed.ts";

const ROUNDS = 10;
/** Calls that each return goes back behind. */
const CALLS = 3;

export interface TestNetworkTimes {
  /** From the call of `createNetwork` to its first contract, with nothing compiled yet. */
  readonly first: number;
  /** The same again in the same process. */
  readonly next: number;
  readonly calls: readonly number[];
  readonly snapshots: readonly number[];
  readonly returns: readonly number[];
}

async function timed<T>(work: () => Promise<T>): Promise<{ readonly milliseconds: number; readonly result: T }> {
  const began = performance.now();
  const result = await work();
  return { milliseconds: performance.now() - began, result };
}

async function start(): Promise<{ readonly network: NetworkBed; readonly counter: unknown }> {
  const network = await createNetwork();
  return { network, counter: await network.deploy("counter", [5n]) };
}

const first = await timed(start);
await first.result.network.close();
const next = await timed(start);
const { network, counter } = next.result;
const increment = (by: bigint) => (counter as UntypedTestContract).getFunction("increment")(by);
const times = { calls: [] as number[], snapshots: [] as number[], returns: [] as number[] };
for (let round = 0; round < ROUNDS; round += 1) {
  const { milliseconds, result: snapshot } = await timed(() => network.snapshot());
  times.snapshots.push(milliseconds);
  for (let call = 0; call < CALLS; call += 1) times.calls.push((await timed(() => increment(1n))).milliseconds);
  times.returns.push((await timed(() => network.revert(snapshot))).milliseconds);
}
await network.close();
const measured: TestNetworkTimes = { first: first.milliseconds, next: next.milliseconds, ...times };
console.log(JSON.stringify(measured));
