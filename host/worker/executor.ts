/**
 * Executes the tasks that this worker is selected for.
 *
 * Each contract has a lane. Whenever the enclave is free, waiting tasks of all ready lanes go into it as one batch; lanes
 * that lack something are prepared meanwhile. Executed tasks are written to the store with their receipts (write-ahead)
 * and passed on to be committed, while the next batch is executed on top of their pending state.
 *
 * Invariants:
 * - A task is in one lane, once: waiting, running, or unsettled.
 * - What the enclave holds of a contract is the state on chain plus the lane's unsettled tasks, or the lane is not loaded.
 * - A fault of the node (no keys, no module, enclave gone) never ends a task; it waits and is tried again.
 */

import type { TaskExecution, WorkerEnclave } from "../enclave/enclave-client.ts";
import type { EnclaveLink } from "../enclave/enclave-link.ts";
import type { Clock } from "../protocol/clock.ts";
import { EnigmaError, isEnigmaError } from "../protocol/errors/enigma-error.ts";
import type { Address, Hash } from "../protocol/hex.ts";
import { logEntryToCbor } from "../protocol/log-entry-cbor.ts";
import type { Logger } from "../protocol/logger.ts";
import type { Observe } from "../protocol/observer.ts";
import { encodeReceipt, receiptHash } from "../protocol/receipt.ts";
import { backoff } from "../protocol/retry.ts";
import type { Store } from "../storage/store.ts";
import type { ChainState } from "./chain-state.ts";
import type { KeySupply } from "./key-supply.ts";
import { type ExecutedTask, Lane } from "./lane.ts";
import type { LanePreparation } from "./lane-preparation.ts";
import type { ModuleSupply } from "./module-supply.ts";
import type { OpenTask } from "./open-task.ts";
import type { TaskBook } from "./task-book.ts";

export interface ExecutorOptions {
  readonly worker: Address;
  readonly chain: ChainState;
  readonly link: EnclaveLink<WorkerEnclave>;
  readonly preparation: LanePreparation;
  readonly keys: KeySupply;
  readonly modules: ModuleSupply;
  readonly store: Store;
  readonly book: TaskBook;
  /** Says whether a task has not ended. */
  readonly isOpen: (taskId: Hash) => boolean;
  /** Takes executed tasks on their way to Ethereum; `written` resolves when they are stored. */
  readonly onExecuted: (executed: readonly ExecutedTask[], written: Promise<void>) => void;
  /** Tasks of one ecall; 1 makes runs repeatable. */
  readonly batchSize: number;
  readonly clock: Clock;
  readonly log: Logger;
  readonly observe: Observe;
  readonly signal: AbortSignal;
}

/** Repetitions after which a task's trouble is an error in the log instead of a warning. */
const MANY_FAILURES = 5;

export class Executor {
  private readonly options: ExecutorOptions;
  private readonly lanes = new Map<Address, Lane>();
  /** Lanes with waiting tasks, the next one first. */
  private readonly withWork = new Set<Lane>();
  private busy = false;

  constructor(options: ExecutorOptions) {
    this.options = options;
  }

  /** Adds a task that this worker is selected for. One that is here already is not added again. */
  add(task: OpenTask): void {
    const lane = this.laneOf(task.record.secretContract);
    if (lane.has(task.taskId)) return;
    lane.add(task);
    this.pump(lane);
  }

  /** Takes up a task that was executed before a restart and is settled already, in a block that is still to be read. */
  restore(executed: ExecutedTask): void {
    this.laneOf(executed.task.record.secretContract).unsettled.set(executed.task.taskId, executed);
  }

  /** The executed, unsettled task of that id. */
  unsettled(secretContract: Address, taskId: Hash): ExecutedTask | undefined {
    return this.lanes.get(secretContract)?.unsettled.get(taskId);
  }

  /** A task of this worker is settled with its own receipt: the pending state has become the state on chain. */
  settled(secretContract: Address, taskId: Hash): void {
    const lane = this.lanes.get(secretContract);
    if (lane === undefined) return;
    lane.unsettled.delete(taskId);
    lane.remove(taskId);
    lane.failures = 0;
    if (lane.waiting.length > 0) this.pump(lane);
  }

  /** A task has ended without this worker: refunded, or settled with a receipt that is not in its lane. */
  async endedElsewhere(secretContract: Address, taskId: Hash): Promise<void> {
    const lane = this.lanes.get(secretContract);
    if (lane === undefined) return;
    lane.remove(taskId);
    if (lane.unsettled.has(taskId)) await this.undo(secretContract, new Set([taskId]));
  }

  /** The contract's state on chain is not what this worker made of it: it is loaded again before the next task. */
  stateMoved(secretContract: Address): void {
    const lane = this.lanes.get(secretContract);
    if (lane !== undefined) lane.loadedIn = 0;
  }

  /**
   * Receipts were refused: from the first of them on, nothing that the lane executed can stand. The enclave undoes it,
   * the tasks wait again. Returns the ids of all executed tasks that no longer count.
   */
  async undo(secretContract: Address, refused: ReadonlySet<Hash>): Promise<Set<Hash>> {
    const lane = this.laneOf(secretContract);
    const order = [...lane.unsettled.values()];
    const first = order.findIndex(({ task }) => refused.has(task.taskId));
    if (first === -1) return new Set();
    const undone = order.slice(first);
    for (const { task } of undone) lane.unsettled.delete(task.taskId);
    lane.preparing = true;
    await this.undoInEnclave(lane, undone);
    this.putBack(
      lane,
      undone.map(({ task }) => task),
    );
    this.tryAgain(
      lane,
      new EnigmaError("receipt-refused", { data: { taskId: [...refused][0] ?? "", reason: "it is repeated" } }),
    );
    return new Set(undone.map(({ task }) => task.taskId));
  }

  /** The epoch has turned, or the chain went back: states are loaded again, tasks of other workers are let go. */
  reselect(): void {
    for (const lane of this.lanes.values()) {
      lane.loadedIn = 0;
      const waiting = lane.waiting.splice(0);
      this.putBack(lane, waiting);
      this.pump(lane);
    }
  }

  /** Goes on with a lane in which something has changed. */
  private pump(lane: Lane): void {
    if (lane.waiting.length === 0) return;
    this.withWork.add(lane);
    this.prepareIfNeeded(lane);
    if (!this.busy) void this.run();
  }

  private laneOf(secretContract: Address): Lane {
    const known = this.lanes.get(secretContract);
    if (known !== undefined) return known;
    const lane = new Lane(secretContract);
    this.lanes.set(secretContract, lane);
    return lane;
  }

  /** Lets tasks wait again, if they are open and this worker's. */
  private putBack(lane: Lane, tasks: readonly OpenTask[]): void {
    const { chain, worker, isOpen } = this.options;
    lane.putBack(tasks.filter(({ taskId, group }) => isOpen(taskId) && chain.selectedWorker(group) === worker));
  }

  private async run(): Promise<void> {
    this.busy = true;
    try {
      for (let batch = this.nextBatch(); batch.length > 0; batch = this.nextBatch()) await this.execute(batch);
    } finally {
      this.busy = false;
    }
  }

  /** Waiting tasks of ready lanes, taken out of them; lanes take turns at being first. */
  private nextBatch(): OpenTask[] {
    const { preparation, batchSize, signal } = this.options;
    const batch: OpenTask[] = [];
    if (signal.aborted) return batch;
    for (const lane of [...this.withWork]) {
      const most = batchSize - batch.length;
      if (lane.preparing || most === 0) continue;
      const candidates = lane.waiting.slice(0, most);
      const unready = candidates.findIndex((task) => !preparation.isReady(lane, task));
      const taken = lane.waiting.splice(0, unready === -1 ? candidates.length : unready);
      for (const task of taken) lane.running.add(task.taskId);
      batch.push(...taken);
      this.withWork.delete(lane);
      if (lane.waiting.length > 0) this.withWork.add(lane);
      if (unready === 0) this.prepareIfNeeded(lane);
    }
    return batch;
  }

  private async execute(batch: readonly OpenTask[]): Promise<void> {
    const { link, chain, book, worker, observe, clock } = this.options;
    for (const { taskId, record } of batch) {
      book.advance(taskId, record.sender, worker, "running");
      observe({ kind: "task-started", taskId, secretContract: record.secretContract });
    }
    const started = clock.now();
    let results: TaskExecution[];
    try {
      const epoch = chain.currentEpoch?.number;
      if (epoch === undefined) throw new EnigmaError("no-epoch");
      const enclave = await link.get();
      const tasks = batch.map(({ recordBytes, input, userKey, group }) => ({
        record: recordBytes,
        input,
        userKey,
        group,
      }));
      results = await enclave.executeTasks({ epoch, tasks });
    } catch (error) {
      this.putBackAll(batch, error);
      return;
    }
    this.takeResults(batch, results, clock.now() - started);
  }

  private takeResults(batch: readonly OpenTask[], results: readonly TaskExecution[], milliseconds: number): void {
    const executed: ExecutedTask[] = [];
    batch.forEach((task, index) => {
      const lane = this.laneOf(task.record.secretContract);
      const result = results[index];
      lane.running.delete(task.taskId);
      if (result === undefined || "error" in result) {
        this.notExecuted(lane, task, result?.error ?? new EnigmaError("enclave-answer"));
        return;
      }
      const done = { task, ...result, receiptHash: receiptHash(result.receipt) };
      lane.unsettled.set(task.taskId, done);
      executed.push(done);
      this.observeExecution(done, milliseconds, batch.length);
    });
    const standing = this.withoutEnded(executed);
    if (standing.length > 0) this.options.onExecuted(standing, this.writeAhead(standing));
  }

  /**
   * Undoes tasks that ended while they were executed, and what was built on them: their settlement has been taken in already,
   * so that nothing would ever take them out of their lane again.
   */
  private withoutEnded(executed: readonly ExecutedTask[]): readonly ExecutedTask[] {
    const ended = executed.filter(({ task }) => !this.options.isOpen(task.taskId));
    // What `undo` takes out of a lane it takes out before it waits.
    for (const { task } of ended) void this.undo(task.record.secretContract, new Set([task.taskId]));
    return executed.filter(({ task }) => this.unsettled(task.record.secretContract, task.taskId) !== undefined);
  }

  private writeAhead(executed: readonly ExecutedTask[]): Promise<void> {
    const { store } = this.options;
    return store.atomically(() => {
      for (const { task, receipt, signature, sealedOutput, entry } of executed) {
        const prepared = {
          receipt: encodeReceipt(receipt),
          signature,
          sealedOutput,
          entry: entry && logEntryToCbor(entry),
        };
        void store.prepared.put(task.taskId, prepared);
      }
    });
  }

  private notExecuted(lane: Lane, task: OpenTask, error: EnigmaError): void {
    const { keys, modules, chain } = this.options;
    this.putBack(lane, [task]);
    if (isEnigmaError(error, "module-not-loaded")) modules.forget(task.record.codeHash, task.record.rules);
    if (isEnigmaError(error, "contract-keys-missing")) {
      keys.forget(lane.secretContract, task.record.epoch);
      keys.forget(lane.secretContract, chain.currentEpoch?.number ?? 0n);
    }
    lane.loadedIn = 0;
    this.tryAgain(lane, error);
  }

  private putBackAll(batch: readonly OpenTask[], error: unknown): void {
    const lanes = new Map<Lane, OpenTask[]>();
    for (const task of batch) {
      const lane = this.laneOf(task.record.secretContract);
      lane.running.delete(task.taskId);
      lanes.set(lane, [...(lanes.get(lane) ?? []), task]);
    }
    for (const [lane, tasks] of lanes) {
      this.putBack(lane, tasks);
      lane.loadedIn = 0;
      this.tryAgain(lane, error);
    }
  }

  private async undoInEnclave(lane: Lane, undone: readonly ExecutedTask[]): Promise<void> {
    const { link, chain } = this.options;
    const { secretContract } = lane;
    const first = undone.find(({ entry }) => entry !== null);
    try {
      const enclave = await link.get();
      const state =
        first === undefined
          ? await enclave.contractState({ secretContract })
          : await enclave.settle({ secretContract, taskId: first.task.taskId, committed: false });
      if (state.tip !== (await chain.tip(secretContract))) lane.loadedIn = 0;
    } catch {
      lane.loadedIn = 0; // whatever the enclave holds, it is loaded again
    }
  }

  private prepareIfNeeded(lane: Lane): void {
    const { preparation } = this.options;
    const [first] = lane.waiting;
    if (first === undefined || lane.preparing || lane.running.size > 0 || preparation.isReady(lane, first)) return;
    lane.preparing = true;
    preparation.prepare(lane).then(
      (prepared) => {
        lane.preparing = false;
        // Else the settlement of what is unsettled goes on with the lane.
        if (prepared) this.pump(lane);
      },
      (error: unknown) => this.tryAgain(lane, error),
    );
  }

  /** Lets a lane rest for a while that grows with its failures, then goes on with it. */
  private tryAgain(lane: Lane, error: unknown): void {
    const { clock, log, signal } = this.options;
    if (signal.aborted) return;
    lane.preparing = true;
    lane.failures += 1;
    const fields = {
      secretContract: lane.secretContract,
      failures: lane.failures,
      code: error instanceof EnigmaError ? error.code : "unexpected",
      reason: error instanceof Error ? error.message : String(error),
    };
    if (lane.failures < MANY_FAILURES) log.warn("tasks-delayed", fields);
    else log.error("tasks-stuck", fields);
    clock.after(lane.failures === 1 ? 0 : backoff(lane.failures - 2), () => {
      lane.preparing = false;
      this.pump(lane);
    });
  }

  private observeExecution({ task, receipt, entry }: ExecutedTask, milliseconds: number, batch: number): void {
    const [move] = receipt.moves;
    if (move === undefined) return;
    const { status, gasUsed, outputHash } = receipt;
    const { stateBefore, stateAfter } = move;
    const entryBytes = entry?.ciphertext.length ?? 0;
    const event = { kind: "task-executed", taskId: task.taskId, status, gasUsed, outputHash } as const;
    this.options.observe({ ...event, stateBefore, stateAfter, entryBytes, milliseconds, batch });
  }
}
