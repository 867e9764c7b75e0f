/** Lets the blocks of a development chain pass until the next epoch rules. */
import type { ChainView } from "../ethereum/chain-view.ts";
import type { LatestEpoch } from "../ethereum/enigma-contract.ts";
import type { JsonRpcConnection } from "../ethereum/json-rpc-connection.ts";

/**
 * Closes `count` blocks at once, with what waits in the first of them.
 * @throws EnigmaError `chain-rpc-error` where the endpoint does not do that
 */
export async function mineBlocks(connection: JsonRpcConnection, count: bigint): Promise<void> {
  if (count > 0n) await connection.request("anvil_mine", [`0x${count.toString(16)}`]);
}

/**
 * Closes blocks until the epoch after the one that rules now rules, which the principal has to set meanwhile. Resolves to
 * that epoch.
 */
export async function turnEpoch(view: ChainView): Promise<LatestEpoch> {
  const before = await view.contract.latestEpoch();
  const head = (await view.head()).number;
  const next = head < before.firstBlock ? before : await nextEpoch(view, before.number);
  await mineBlocks(view.connection, next.firstBlock - (await view.head()).number);
  return next;
}

/** Closes blocks up to the next snapshot's, and waits for the principal to set the epoch. */
async function nextEpoch(view: ChainView, latest: bigint): Promise<LatestEpoch> {
  const head = await view.head();
  const scheduled = await view.contract.scheduledSnapshotBlock();
  const stop = new AbortController();
  const steps = view.follow({ after: head, signal: stop.signal });
  // One more than the snapshot's block: only then its hash can be read.
  await mineBlocks(view.connection, (scheduled ?? head.number) + 1n - head.number);
  for await (const step of steps) {
    if (step.kind !== "block" || !step.events.some(({ name }) => name === "EpochSet")) continue;
    if ((await view.contract.latestEpoch()).number > latest) stop.abort();
  }
  return view.contract.latestEpoch();
}
