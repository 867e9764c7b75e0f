/** The epochs that a worker knows: the one that rules, and the next one as soon as it is set; and whom they select. */

import type { EnigmaContract } from "../ethereum/enigma-contract.ts";
import type { Address, Hash } from "../protocol/hex.ts";
import { type SnapshotWorker, selectWorker } from "../protocol/selection.ts";

/** An epoch with its snapshot. */
export interface KnownEpoch {
  readonly number: bigint;
  readonly seed: Hash;
  readonly firstBlock: bigint;
  readonly workers: readonly SnapshotWorker[];
}

export class EpochSchedule {
  private readonly contract: Pick<EnigmaContract, "latestEpoch" | "currentEpoch" | "epochWorkers">;
  private readonly selections = new Map<string, Address | null>();
  private epochs: readonly KnownEpoch[] = [];

  constructor(contract: Pick<EnigmaContract, "latestEpoch" | "currentEpoch" | "epochWorkers">) {
    this.contract = contract;
  }

  /** Reads the epoch that rules and the one that was set last, each with its snapshot. */
  async load(): Promise<void> {
    const latest = await this.contract.latestEpoch();
    const ruling = await this.contract.currentEpoch();
    const numbers = [ruling, latest].filter(
      ({ number }, index, all) => number > 0n && (index === 0 || all[0]?.number !== number),
    );
    this.epochs = await Promise.all(
      numbers.map(async ({ number, seed, firstBlock }) => ({
        number,
        seed,
        firstBlock,
        workers: await this.contract.epochWorkers(number),
      })),
    );
    this.selections.clear();
  }

  /** The epoch that rules a block; undefined before the first. */
  ruling(block: bigint): KnownEpoch | undefined {
    return this.epochs.findLast(({ firstBlock }) => firstBlock <= block);
  }

  /** The epoch that is set and starts after a block. */
  after(block: bigint): KnownEpoch | undefined {
    return this.epochs.find(({ firstBlock }) => firstBlock > block);
  }

  /** An epoch by its number, if it is known. */
  get(number: bigint): KnownEpoch | undefined {
    return this.epochs.find((epoch) => epoch.number === number);
  }

  /** The worker that an epoch selects for a group; undefined where there is none. */
  selected(epoch: KnownEpoch, group: Address): Address | undefined {
    const key = `${epoch.number}/${group}`;
    const known = this.selections.get(key);
    if (known !== undefined) return known ?? undefined;
    const selected = selectWorker(epoch.seed, group, epoch.workers);
    this.selections.set(key, selected);
    return selected ?? undefined;
  }
}
