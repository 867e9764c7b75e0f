/** Lets the blocks of a development chain pass until the next epoch rules. */
import type { ChainView } from "../ethereum/chain-view.ts";
import type { LatestEpoch } from "../ethereum/enigma-contract.ts";
import type { Clock } from "../protocol/clock.ts";
import { pause } from "../protocol/retry.ts";

const LOOK_MS = 3;
/** Setting an epoch takes some milliseconds; a block too many would make seeded runs differ. */
const LOOKS_FOR_A_BLOCK = 1_000;

import type { JsonRpcConnection } from "../ethereum/json-rpc-connection.ts";

export interface EpochTurn {
  readonly clock: Clock;
  /** Ends the wait for the principal. */
  readonly signal: AbortSignal;
  /** Awaited between the setting of the epoch and its first block. */
  readonly whenSet: (epoch: bigint) => Promise<void>;
}

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
 * @throws EnigmaError `chain-rpc-error` as `mineBlocks`; the signal's reason where the principal is down until it aborts
 */
export async function turnEpoch(view: ChainView, turn: EpochTurn): Promise<LatestEpoch> {
  const before = await view.contract.latestEpoch();
  const head = (await view.head()).number;
  const next = head < before.firstBlock ? before : await nextEpoch(view, before.number, turn);
  await turn.whenSet(next.number);
  await mineBlocks(view.connection, next.firstBlock - (await view.head()).number);
  return next;
}

/** Closes blocks up to the next snapshot's, and waits for the principal to set the epoch. */
async function nextEpoch(view: ChainView, latest: bigint, { clock, signal }: EpochTurn): Promise<LatestEpoch> {
  const { number: head } = await view.head();
  const scheduled = (await view.contract.scheduledSnapshotBlock()) ?? head;
  await mineBlocks(view.connection, scheduled > head ? scheduled - head : 1n);
  for (let looks = 1; !signal.aborted; looks += 1) {
    const epoch = await view.contract.latestEpoch();
    if (epoch.number > latest) return epoch;
    await pause(clock, LOOK_MS, signal);
    // What the principal has failed to set, it tries again with the next block.
    if (looks % LOOKS_FOR_A_BLOCK === 0) await mineBlocks(view.connection, 1n);
  }
  throw signal.reason;
}
