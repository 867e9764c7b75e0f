/**
 * What a worker knows of Ethereum: the Enigma contract's events, block by block, and the few facts that follow from
 * them (open records, tips, epochs), so that the path of a task asks the chain nothing.
 *
 * Events reach it twice: from the receipts of the worker's own transactions, at once, and from the chain's blocks. Every
 * fact therefore carries its place (block, index), and an older place never overwrites a newer one.
 */

import type { ChainPosition } from "../ethereum/chain-follower.ts";
import type { ChainBlock, ChainStep, ChainView } from "../ethereum/chain-view.ts";
import type { ContractInfo } from "../ethereum/enigma-contract.ts";
import type { ContractDeployed, EnigmaEvent } from "../ethereum/enigma-events.ts";
import type { Clock } from "../protocol/clock.ts";
import type { EnigmaDomain } from "../protocol/eip712-domain.ts";
import type { Address, Hash } from "../protocol/hex.ts";
import { untilChainAnswers } from "../protocol/retry.ts";
import { recordHash, TASK_KIND, type TaskRecord } from "../protocol/task-record.ts";
import { deploymentGroup } from "../protocol/touches.ts";
import type { BlockPosition } from "../storage/cursor-store.ts";
import type { Store } from "../storage/store.ts";
import { EpochSchedule, type KnownEpoch } from "./epoch-schedule.ts";

/** A record whose task has not ended. */
export interface OpenRecord {
  readonly record: TaskRecord;
  readonly recordHash: Hash;
}

/** The input of a task whose record's transaction brought it along. */
export interface PostedInput {
  readonly input: Uint8Array;
  readonly userKey: Uint8Array;
}

/** What a worker keeps of the chain in its database. */
export type StoredFacts = Pick<Store, "contracts" | "touches">;

/** What `TaskSettled` and `StateMoved` have in common. */
interface MovedState {
  readonly secretContract: Address;
  readonly stateAfter: Hash;
  readonly blockNumber: bigint;
  readonly logIndex: number;
}

/** The last block that was taken in, and a contract's state hash then. */
export interface StandingTip {
  /** Undefined where no event has told it yet. */
  readonly tip: Hash | undefined;
  readonly blockNumber: bigint;
  /** The block's time in seconds. */
  readonly timestamp: bigint;
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
  private readonly stored: StoredFacts;
  private readonly schedule: EpochSchedule;
  private readonly records = new Map<Hash, OpenRecord>();
  private readonly tips = new Map<Address, PlacedTip>();
  private readonly infos = new Map<Address, ContractInfo>();
  private readonly postedInputs = new Map<Hash, PostedInput>();
  private readonly waiting = new Set<{ block: bigint; resolve: (reached: boolean) => void }>();
  private head = { number: -1n, timestamp: 0n };
  private taken: ChainPosition = { number: -1n };
  /** Blocks that own transactions were told to be in, and that were not taken in yet. */
  private readonly expected = new Map<bigint, Hash>();
  /** The lowest block to which the chain went back. */
  private lowestReturn: bigint | undefined;

  constructor(view: ChainView, clock: Clock, stored: StoredFacts) {
    this.view = view;
    this.stored = stored;
    this.schedule = new EpochSchedule(view.contract);
    this.domain = view.domain;
    this.clock = clock;
  }

  /** Reads where the chain stands; blocks up to `after` count as taken in. */
  async open(after: BlockPosition | undefined): Promise<void> {
    const { timestamp } = await this.view.head();
    this.head = { number: after?.number ?? -1n, timestamp };
    await this.schedule.load(this.head.number);
  }

  /** Follows the chain from the block after `after` until the signal is aborted, however often the chain does not answer. */
  async run(after: BlockPosition | undefined, listener: ChainListener, signal: AbortSignal): Promise<void> {
    for await (const step of this.view.follow({ after, signal })) await this.take(step, listener, signal);
  }

  /** The number of the last block that was taken in. */
  get blockNumber(): bigint {
    return this.head.number;
  }

  /** The last step that was taken in: a block, or, with no hash, the block that the chain went back to. */
  get position(): ChainPosition {
    return this.taken;
  }

  /**
   * Notes that an own transaction is in a block that may be still to come. If another one stands there then, what the
   * transaction told is undone, as in any reorganisation: that block was never followed, so nothing else would say so.
   */
  expect({ blockNumber, blockHash }: { readonly blockNumber: bigint; readonly blockHash: Hash }): void {
    if (blockNumber > this.head.number) this.expected.set(blockNumber, blockHash);
  }

  /** Says whether the chain, since the start, went back below a block of this number: one that was seen may be gone. */
  wentBackBelow(block: bigint): boolean {
    return this.lowestReturn !== undefined && block > this.lowestReturn;
  }

  /** The time of that block in seconds: the only clock that the enclaves are given. */
  get timestamp(): bigint {
    return this.head.timestamp;
  }

  /** The epoch that rules the next block; undefined before the first. */
  get currentEpoch(): KnownEpoch | undefined {
    return this.schedule.ruling(this.head.number + 1n);
  }

  /** The epoch that is set but does not rule the next block yet. */
  get nextEpoch(): KnownEpoch | undefined {
    return this.schedule.after(this.head.number + 1n);
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

  /** The contracts that a task may touch beside the called one, if its record named any. */
  touchesOf(taskId: Hash): readonly Address[] | undefined {
    return this.stored.touches.get(taskId);
  }

  /** The input that came with a record, once: whoever takes it keeps it. */
  takePostedInput(taskId: Hash): PostedInput | undefined {
    const input = this.postedInputs.get(taskId);
    this.postedInputs.delete(taskId);
    return input;
  }

  /** The contract's state hash on chain. */
  async tip(secretContract: Address): Promise<Hash> {
    const known = this.tips.get(secretContract);
    if (known !== undefined) return known.tip;
    const tip = await this.view.contract.tip(secretContract);
    // An event that came while we asked is at least as new.
    return this.tips.get(secretContract)?.tip ?? tip;
  }

  /**
   * The last block that was taken in, and the contract's state hash then, if an event has told it. The receipts of own
   * transactions are known before their blocks: then those are waited for, up to `milliseconds`.
   */
  async standingTip(secretContract: Address, milliseconds: number): Promise<StandingTip> {
    const known = this.tips.get(secretContract);
    if (known !== undefined && known.block > this.head.number && (await this.reached(known.block, milliseconds)))
      return this.standingTip(secretContract, milliseconds);
    return { tip: known?.tip, blockNumber: this.head.number, timestamp: this.head.timestamp };
  }

  /** Code, group and rules of a deployed contract; undefined where there is none. */
  async contractInfo(secretContract: Address): Promise<ContractInfo | undefined> {
    const known = this.stored.contracts.get(secretContract) ?? this.infos.get(secretContract);
    if (known !== undefined) return known;
    const info = await this.view.contract.contractInfo(secretContract);
    if (info !== undefined) this.infos.set(secretContract, info);
    return info;
  }

  /** The group whose worker serves a record's task; undefined for a call of a contract that is not known. */
  groupOf(record: TaskRecord): Address | undefined {
    return record.kind === TASK_KIND.deploy ? deploymentGroup(record) : this.knownGroup(record.secretContract);
  }

  /** The group of a contract, if it is known without asking the chain. */
  knownGroup(secretContract: Address): Address | undefined {
    return (this.stored.contracts.get(secretContract) ?? this.infos.get(secretContract))?.group;
  }

  /** The worker that the current epoch selects for a group; undefined where there is none. */
  selectedWorker(group: Address): Address | undefined {
    const epoch = this.currentEpoch;
    return epoch && this.schedule.selected(epoch, group);
  }

  /** The worker that a known epoch selects for a group; undefined where there is none. */
  selectedIn(epoch: KnownEpoch, group: Address): Address | undefined {
    return this.schedule.selected(epoch, group);
  }

  /** The workers of a known epoch, in order of first log-in. */
  workersOf(number: bigint): Address[] {
    return this.schedule.get(number)?.workers.map(({ address }) => address) ?? [];
  }

  /** Takes in the facts of an event. The receipts of own transactions come here before their block does. */
  apply(event: EnigmaEvent): void {
    switch (event.name) {
      case "TaskTouches":
        keep(this.stored.touches.put(event.taskId, event.touches));
        break;
      case "TaskInput":
        // Told again by an own transaction, of a block that was taken in: nobody would take it out any more.
        if (event.blockNumber <= this.head.number) break;
        this.postedInputs.set(event.taskId, { input: event.input, userKey: event.userKey });
        break;
      case "RecordCreated":
        this.records.set(event.taskId, { record: event.record, recordHash: recordHash(event.record) });
        break;
      case "ContractDeployed":
        this.deployed(event);
        break;
      case "TaskSettled":
        this.records.delete(event.taskId);
        this.moveTip(event);
        break;
      case "StateMoved":
        this.moveTip(event);
        break;
      case "TaskRefunded":
        this.records.delete(event.taskId);
        break;
    }
  }

  private deployed({ secretContract, codeHash, group, rules, blockNumber }: ContractDeployed): void {
    if (this.stored.contracts.get(secretContract)?.blockNumber === blockNumber) return;
    keep(this.stored.contracts.put({ secretContract, codeHash, group, rules, blockNumber }));
  }

  private moveTip({ secretContract, stateAfter, blockNumber, logIndex }: MovedState): void {
    const known = this.tips.get(secretContract);
    const isNewer =
      known === undefined || blockNumber > known.block || (blockNumber === known.block && logIndex > known.index);
    if (isNewer) this.tips.set(secretContract, { tip: stateAfter, block: blockNumber, index: logIndex });
  }

  private async take(step: ChainStep, listener: ChainListener, signal: AbortSignal): Promise<void> {
    const answered = <T>(ask: () => Promise<T>): Promise<T> => untilChainAnswers(this.clock, signal, ask);
    const goBack = async (to: bigint): Promise<void> => {
      await this.forgetAbove(to);
      await answered(() => this.schedule.load(to));
      // Views are answered at the time of the last block, also where no other takes the place of those that are gone.
      const header = await answered(() => this.view.header(to));
      if (header !== undefined) this.head = { number: to, timestamp: header.timestamp };
      await listener.onRollback(to);
    };
    if (step.kind === "rollback") {
      await goBack(step.to);
      this.taken = { number: step.to };
      return;
    }
    if (this.takesTheirPlace(step)) await goBack(step.number - 1n);
    const before = this.currentEpoch?.number;
    for (const event of step.events) {
      this.apply(event);
      listener.onEvent(event);
    }
    for (const event of step.events) {
      if (event.name === "EpochSet") await answered(() => this.schedule.learn(event, this.head.number));
    }
    this.head = { number: step.number, timestamp: step.timestamp };
    listener.onBlock(step);
    if (this.currentEpoch?.number !== before) listener.onEpoch();
    for (const waiter of this.waiting) {
      if (waiter.block > step.number) continue;
      this.waiting.delete(waiter);
      waiter.resolve(true);
    }
    this.taken = { number: step.number, hash: step.hash };
  }

  /** Whether a block stands where another one was expected. */
  private takesTheirPlace({ number, hash }: ChainBlock): boolean {
    const expected = this.expected.get(number);
    for (const block of this.expected.keys()) if (block <= number) this.expected.delete(block);
    return expected !== undefined && expected !== hash;
  }

  /** Blocks above `to` are gone: what was learned from them is asked again. */
  private async forgetAbove(to: bigint): Promise<void> {
    this.head = { ...this.head, number: to };
    for (const block of this.expected.keys()) if (block > to) this.expected.delete(block);
    if (this.lowestReturn === undefined || to < this.lowestReturn) this.lowestReturn = to;
    this.tips.clear();
    this.infos.clear();
    this.postedInputs.clear();
    for (const [taskId, { record }] of this.records) if (record.blockNumber > to) this.records.delete(taskId);
    await this.stored.contracts.removeAbove(to);
  }
}

/** A worker that stops closes its database; the cursor has not moved then, and its next start reads the block again. */
function keep(write: Promise<void>): void {
  write.catch(() => {});
}
