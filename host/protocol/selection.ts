import { WordWriter } from "./abi-words.ts";
import type { Address, Hash } from "./hex.ts";
import { keccak } from "./keccak.ts";

/** One worker of an epoch's snapshot; the stakes of all workers before it are included. */
export interface SnapshotWorker {
  readonly address: Address;
  readonly cumulativeStake: bigint;
}

/**
 * The worker that serves a group of contracts in an epoch: with r = keccak256(abi.encode(seed, group)) mod the total
 * stake, the first worker, in order of first log-in, whose cumulative stake exceeds r.
 *
 * @returns null if there is no stake
 */
export function selectWorker(seed: Hash, group: Address, workers: readonly SnapshotWorker[]): Address | null {
  const total = workers.at(-1)?.cumulativeStake ?? 0n;
  if (total === 0n) return null;
  const point = BigInt(keccak(new WordWriter(2).hash(seed).address(group).bytes)) % total;
  return workers.find((worker) => worker.cumulativeStake > point)?.address ?? null;
}
