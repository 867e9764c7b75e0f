/**
 * What a worker knows of Ethereum: the Enigma contract's events, block by block, and the few facts that follow from
 * them (open records, tips, epochs), so that the path of a task asks the chain nothing.
 *
 * Events reach it twice: from the receipts of the worker's own transactions, at once, and from the chain's blocks. Every
 * fact therefore carries its place (block, index), and an older place never overwrites a newer one.
 */

import type { ChainBlock, ChainStep, ChainView } from "../ethereum/chain-view.ts";
import type { ContractInfo } from "../ethereum/enigma-contract.ts";
import type { EnigmaEvent, TaskSettled } from "../ethereum/enigma-events.ts";
import type { Clock } from "../protocol/clock.ts";
import type { EnigmaDomain } from "../protocol/eip712-domain.ts";
import type { Address, Hash } from "../protocol/hex.ts";
import { untilChainAnswers } from "../protocol/retry.ts";
import { type SnapshotWorker, selectWorker } from "../protocol/selection.ts";
import { recordHash, type TaskRecord } from "../protocol/task-record.ts";
import type { BlockPosition } from "../storage/cursor-store.ts";

/** An epoch with its snapshot. */
export interface KnownEpoch {
  readonly number: bigint;
  readonly seed: Hash;
  readonly firstBlock: bigint;
  readonly workers: readonly SnapshotWorker[];
}

/** A record whose task has not ended. */
export interface OpenRecord {
  readonly record: TaskRecord;
  readonly recordHash: Hash;
}

interface PlacedTip {
  readonly tip: Hash;
  readonly block: bigint;
  readonly index: number;
}

/** What the worker does when a block has joined or left the chain. */
export interface ChainListener {
  onEvent(event: EnigmaEvent): void;
  onBlock(block: ChainBlock): void;
  onEpoch(): void;
  onRollback(to: bigint): Promise<void>;
}

export class ChainState {
  readonly domain: EnigmaDomain;
  readonly view: ChainView;
  private readonly clock: Clock;
  private readonly records = new Map<Hash, OpenRecord>();
  private readonly tips = new Map<Address, PlacedTip>();
  private readonly infos = new Map<Address, ContractInfo>();
  private readonly selections = new Map<string, Address | null>();
  private readonly waiting = new Set<{ block: bigint; resolve: (reached: boolean) => void }>();
  private epochs: KnownEpoch[] = [];
  private head = { number: -1n, timestamp: 0n };

  constructor(view: ChainView, clock: Clock) {
    this.view = view;
    this.domain = view.domain;
    this.clock = clock;
  }

  /** Reads where the chain stands; blocks up to `after` count as taken in. */
  async open(after: BlockPosition | undefined): Promise<void> {
    const { timestamp } = await this.view.head();
    this.head = { number: after?.number ?? -1n, timestamp };
    await this.loadEpochs();
  }

  /** Follows the chain from the block after `after` until the signal is aborted, however often the chain does not answer. */
  async run(after: BlockPosition | undefined, listener: ChainListener, signal: AbortSignal): Promise<void> {
    for await (const step of this.view.follow({ after, signal })) await this.take(step, listener, signal);
  }

  /** The number of the last block that was taken in. */
  get blockNumber(): bigint {
    return this.head.number;
  }

  /** The time of that block in seconds: the only clock that the enclaves are given. */
  get timestamp(): bigint {
    return this.head.timestamp;
  }

  /** The epoch that rules the next block; undefined before the first. */
  get currentEpoch(): KnownEpoch | undefined {
    return this.epochs.findLast((epoch) => epoch.firstBlock <= this.head.number + 1n);
  }

  /** Resolves to true when the block is taken in, to false when that takes longer than `milliseconds`. */
  reached(block: bigint, milliseconds: number): Promise<boolean> {
    if (block <= this.head.number) return Promise.resolve(true);
    return new Promise((resolve) => {
      const waiter = { block, resolve };
      const cancel = this.clock.after(milliseconds, () => {
        this.waiting.delete(waiter);
        resolve(false);
      });
      waiter.resolve = (reached) => {
        cancel();
        resolve(reached);
      };
      this.waiting.add(waiter);
    });
  }

  /** The record of a task that has not ended, if its event was seen. */
  openRecord(taskId: Hash): OpenRecord | undefined {
    return this.records.get(taskId);
  }

  /** Remembers a record that was checked against its slot. */
  rememberRecord(taskId: Hash, record: TaskRecord, hash: Hash): void {
    this.records.set(taskId, { record, recordHash: hash });
  }

  /** The contract's state hash on chain. */
  async tip(secretContract: Address): Promise<Hash> {
    const known = this.tips.get(secretContract);
    if (known !== undefined) return known.tip;
    const tip = await this.view.contract.tip(secretContract);
    // An event that came while we asked is at least as new.
    return this.tips.get(secretContract)?.tip ?? tip;
  }

  /** Code, group and rules of a deployed contract; undefined where there is none. */
  async contractInfo(secretContract: Address): Promise<ContractInfo | undefined> {
    const known = this.infos.get(secretContract);
    if (known !== undefined) return known;
    const info = await this.view.contract.contractInfo(secretContract);
    if (info !== undefined) this.infos.set(secretContract, info);
    return info;
  }

  /** The worker that the current epoch selects for a group; undefined where there is none. */
  selectedWorker(group: Address): Address | undefined {
    const epoch = this.currentEpoch;
    if (epoch === undefined) return undefined;
    const key = `${epoch.number}/${group}`;
    const known = this.selections.get(key);
    if (known !== undefined) return known ?? undefined;
    const selected = selectWorker(epoch.seed, group, epoch.workers);
    this.selections.set(key, selected);
    return selected ?? undefined;
  }

  /** The workers of a known epoch, in order of registration. */
  workersOf(number: bigint): Address[] {
    return this.epochs.find((epoch) => epoch.number === number)?.workers.map(({ address }) => address) ?? [];
  }

  /** Takes in the facts of an event. The receipts of own transactions come here before their block does. */
  apply(event: EnigmaEvent): void {
    if (event.name === "RecordCreated") {
      this.records.set(event.taskId, { record: event.record, recordHash: recordHash(event.record) });
    } else if (event.name === "TaskSettled") {
      this.records.delete(event.taskId);
      this.moveTip(event);
    } else if (event.name === "TaskRefunded") {
      this.records.delete(event.taskId);
    }
  }

  private moveTip({ secretContract, stateAfter, blockNumber, logIndex }: TaskSettled): void {
    const known = this.tips.get(secretContract);
    const isNewer =
      known === undefined || blockNumber > known.block || (blockNumber === known.block && logIndex > known.index);
    if (isNewer) this.tips.set(secretContract, { tip: stateAfter, block: blockNumber, index: logIndex });
  }

  private async take(step: ChainStep, listener: ChainListener, signal: AbortSignal): Promise<void> {
    const loadEpochs = (): Promise<void> => untilChainAnswers(this.clock, signal, () => this.loadEpochs());
    if (step.kind === "rollback") {
      this.forgetAbove(step.to);
      await loadEpochs();
      await listener.onRollback(step.to);
      return;
    }
    const before = this.currentEpoch?.number;
    for (const event of step.events) {
      this.apply(event);
      listener.onEvent(event);
    }
    if (step.events.some((event) => event.name === "EpochSet")) await loadEpochs();
    this.head = { number: step.number, timestamp: step.timestamp };
    listener.onBlock(step);
    if (this.currentEpoch?.number !== before) listener.onEpoch();
    for (const waiter of this.waiting) {
      if (waiter.block > step.number) continue;
      this.waiting.delete(waiter);
      waiter.resolve(true);
    }
  }

  /** Blocks above `to` are gone: what was learned from them is asked again. */
  private forgetAbove(to: bigint): void {
    this.head = { ...this.head, number: to };
    this.tips.clear();
    this.infos.clear();
    for (const [taskId, { record }] of this.records) if (record.blockNumber > to) this.records.delete(taskId);
  }

  /** The epoch that rules and the one that was set last; each with its snapshot. */
  private async loadEpochs(): Promise<void> {
    const { contract } = this.view;
    const latest = await contract.latestEpoch();
    const ruling = await contract.currentEpoch();
    const numbers = [ruling, latest].filter(
      ({ number }, index, all) => number > 0n && (index === 0 || all[0]?.number !== number),
    );
    this.epochs = await Promise.all(
      numbers.map(async ({ number, seed, firstBlock }) => ({
        number,
        seed,
        firstBlock,
        workers: await contract.epochWorkers(number),
      })),
    );
    this.selections.clear();
  }
}
