/** Lets the blocks of a development chain pass until the next epoch rules. */
import type { ChainView } from "../ethereum/chain-view.ts";
import type { LatestEpoch } from "../ethereum/enigma-contract.ts";
import type { JsonRpcConnection } from "../ethereum/json-rpc-connection.ts";
import type { Clock } from "../protocol/clock.ts";
import { pause } from "../protocol/retry.ts";

const LOOK_MS = 3;
/** How long the principal is given for an epoch. */
const SETTING_MS = 2_000;
/** Blocks that are closed in one request. */
const MOST_AT_ONCE = 256n;
/** Setting an epoch takes some milliseconds; a block too many would make seeded runs differ. */
const LOOKS_FOR_A_BLOCK = 1_000;

export interface EpochTurn {
  readonly clock: Clock;
  /** Ends the wait for the principal. */
  readonly signal: AbortSignal;
  /** Awaited between the setting of the epoch and its first block. */
  readonly whenSet: (epoch: bigint) => Promise<void>;
}

/**
 * Closes `count` blocks, some more where epochs turn meanwhile: for each the principal is given time to set it, as it has on
 * any chain that takes its time between blocks.
 * @throws EnigmaError `chain-rpc-error` where the endpoint does not close blocks when it is asked to
 */
export async function mineBlocks(
  view: ChainView,
  count: bigint,
  { clock, signal }: Omit<EpochTurn, "whenSet">,
): Promise<void> {
  for (let left = count; left > 0n && !signal.aborted; ) {
    const { number: head } = await view.head();
    const latest = await view.contract.latestEpoch();
    const scheduled = (await view.contract.scheduledSnapshotBlock()) ?? head;
    if (latest.firstBlock <= head && scheduled === head) await untilSet(view, latest.number, clock, signal);
    const step = scheduled > head && scheduled - head < left ? scheduled - head : left;
    await close(view.connection, step < MOST_AT_ONCE ? step : MOST_AT_ONCE);
    left -= step < MOST_AT_ONCE ? step : MOST_AT_ONCE;
  }
}

/** Closes blocks at once, with what waits in the first of them. */
async function close(connection: JsonRpcConnection, count: bigint): Promise<void> {
  if (count > 0n) await connection.request("anvil_mine", [`0x${count.toString(16)}`]);
}

/** Waits until the epoch after `latest` is set, for a while: the principal may be down. */
async function untilSet(view: ChainView, latest: bigint, clock: Clock, signal: AbortSignal): Promise<void> {
  const enough = AbortSignal.any([signal, AbortSignal.timeout(SETTING_MS)]);
  while ((await view.contract.latestEpoch()).number === latest && !enough.aborted) await pause(clock, LOOK_MS, enough);
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
  await close(view.connection, next.firstBlock - (await view.head()).number);
  return next;
}

/** Closes blocks up to the next snapshot's, and waits for the principal to set the epoch. */
async function nextEpoch(view: ChainView, latest: bigint, { clock, signal }: EpochTurn): Promise<LatestEpoch> {
  const { number: head } = await view.head();
  const scheduled = (await view.contract.scheduledSnapshotBlock()) ?? head;
  await close(view.connection, scheduled > head ? scheduled - head : 1n);
  for (let looks = 1; !signal.aborted; looks += 1) {
    const epoch = await view.contract.latestEpoch();
    if (epoch.number > latest) return epoch;
    await pause(clock, LOOK_MS, signal);
    // What the principal has failed to set, it tries again with the next block.
    if (looks % LOOKS_FOR_A_BLOCK === 0) await close(view.connection, 1n);
  }
  throw signal.reason;
}
