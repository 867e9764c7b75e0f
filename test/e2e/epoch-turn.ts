/** A network's next epoch, stopped on the way: set, but not ruling yet. */
import { expect } from "vitest";
import type { LatestEpoch } from "../../host/ethereum/enigma-contract.ts";
import type { TestNetwork } from "../../host/testing/test-network.ts";

/** Has the principal set the next epoch; it rules some blocks later. */
export async function announceEpoch(network: TestNetwork): Promise<LatestEpoch> {
  const { view } = network.local;
  const before = await view.contract.latestEpoch();
  const head = (await view.head()).number;
  if (head < before.firstBlock) return before;
  const scheduled = await view.contract.scheduledSnapshotBlock();
  // One more than the snapshot's block: only then its hash can be read.
  await network.mine(Number((scheduled ?? head) + 1n - head));
  await expect.poll(async () => (await view.contract.latestEpoch()).number).toBe(before.number + 1n);
  return view.contract.latestEpoch();
}

/** Closes blocks until `left` more make the epoch rule; none if there are no more than that. */
export async function approachTurn(network: TestNetwork, { firstBlock }: LatestEpoch, left: bigint): Promise<void> {
  const missing = firstBlock - left - (await network.local.view.head()).number;
  if (missing > 0n) await network.mine(Number(missing));
}
