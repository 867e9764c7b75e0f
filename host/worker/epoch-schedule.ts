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

/** An epoch as the chain tells it. */
type SetEpoch = Omit<KnownEpoch, "workers">;

export class EpochSchedule {
  private readonly contract: Pick<EnigmaContract, "latestEpoch" | "currentEpoch" | "epochWorkers">;
  private readonly selections = new Map<string, Address | null>();
  private epochs: readonly KnownEpoch[] = [];

  constructor(contract: Pick<EnigmaContract, "latestEpoch" | "currentEpoch" | "epochWorkers">) {
    this.contract = contract;
  }

  /**
   * Reads the epoch that rules and the one that was set last, as the chain stands now. Blocks that the worker has not taken
   * in yet may have set them: epochs that began up to `head` stay known, and those in between are told by their blocks.
   */
  async load(head: bigint): Promise<void> {
    const latest = await this.contract.latestEpoch();
    const ruling = await this.contract.currentEpoch();
    const read = await Promise.all([ruling, latest].map((epoch) => this.withWorkers(epoch)));
    this.selections.clear();
    this.replace([...this.epochs.filter(({ firstBlock }) => firstBlock <= head), ...read], head);
  }

  /** Takes in an epoch that a block behind `head` has set. */
  async learn(epoch: SetEpoch, head: bigint): Promise<void> {
    const known = await this.withWorkers(epoch);
    this.replace([...this.epochs, known], head);
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

  private async withWorkers({ number, seed, firstBlock }: SetEpoch): Promise<KnownEpoch> {
    return { number, seed, firstBlock, workers: number > 0n ? await this.contract.epochWorkers(number) : [] };
  }

  /** Keeps one of each number, the later told, in order; nothing older than the epoch before the one that rules. */
  private replace(epochs: readonly KnownEpoch[], head: bigint): void {
    const byNumber = new Map(epochs.filter(({ number }) => number > 0n).map((epoch) => [epoch.number, epoch]));
    this.epochs = [...byNumber.values()].sort((one, other) => Number(one.number - other.number));
    const oldest = (this.ruling(head + 1n)?.number ?? 1n) - 1n;
    this.epochs = this.epochs.filter(({ number }) => number >= oldest);
  }
}
