/**
 * Executes the tasks that this worker is selected for.
 *
 * Each group of contracts has a lane. Whenever the enclave is free, waiting tasks of all ready lanes go into it as one batch.
 * Executed tasks are written to the store with their receipts (write-ahead) and passed on to be committed, while the next
 * batch is executed on top of their pending state.
 *
 * Invariants:
 * - A task is in one lane, once: waiting, running, or unsettled.
 * - What the enclave holds of a contract is the state on chain plus its lane's unsettled tasks, or it is not current.
 * - Nothing is executed behind a task whose required calls may still fail.
 * - A batch in which the enclave died is executed again in smaller ones, so that a task that kills it is found.
 * - A fault of the node (no keys, no module, enclave gone) never ends a task; it waits and is tried again.
 */

import type { TaskExecution, WorkerEnclave } from "../enclave/enclave-client.ts";
import type { EnclaveLink } from "../enclave/enclave-link.ts";
import type { Clock } from "../protocol/clock.ts";
import { EnigmaError, isEnigmaError } from "../protocol/errors/enigma-error.ts";
import type { Address, Hash } from "../protocol/hex.ts";
import type { Logger } from "../protocol/logger.ts";
import type { Observe } from "../protocol/observer.ts";
import { receiptHash } from "../protocol/receipt.ts";
import type { Store } from "../storage/store.ts";
import type { ChainState } from "./chain-state.ts";
import { undoInEnclave } from "./enclave-undo.ts";
import type { HeldStates } from "./held-states.ts";
import type { KeySupply } from "./key-supply.ts";
import type { ExecutedTask, Lane } from "./lane.ts";
import type { LanePreparation } from "./lane-preparation.ts";
import { LaneScheduler } from "./lane-scheduler.ts";
import { Lanes } from "./lanes.ts";
import type { ModuleSupply } from "./module-supply.ts";
import { contractsOf, type OpenTask } from "./open-task.ts";
import { SuspectTasks } from "./suspect-tasks.ts";
import type { TaskBook } from "./task-book.ts";
import { writeAhead } from "./write-ahead.ts";

export interface ExecutorOptions {
  readonly worker: Address;
  readonly chain: ChainState;
  readonly link: EnclaveLink<WorkerEnclave>;
  readonly preparation: LanePreparation;
  readonly held: HeldStates;
  readonly keys: KeySupply;
  readonly modules: ModuleSupply;
  readonly store: Store;
  readonly book: TaskBook;
  /** Says whether a task, with this very record, has not ended. */
  readonly isOpen: (task: OpenTask) => boolean;
  /** Takes executed tasks on their way to Ethereum; `written` resolves when they are stored. */
  readonly onExecuted: (executed: readonly ExecutedTask[], written: Promise<void>) => void;
  /** Tasks of one ecall; 1 makes runs repeatable. */
  readonly batchSize: number;
  readonly clock: Clock;
  readonly log: Logger;
  readonly observe: Observe;
  readonly signal: AbortSignal;
}

/** What an ecall fails with that ends the enclave's process. */
const DEATHS = new Set<string>(["enclave-gone", "enclave-answer-malformed"]);

export class Executor {
  private readonly options: ExecutorOptions;
  private readonly lanes = new Lanes();
  private readonly scheduler: LaneScheduler;
  private readonly suspects = new SuspectTasks();
  private running: Promise<void> | undefined;

  constructor(options: ExecutorOptions) {
    this.options = options;
    this.scheduler = new LaneScheduler({ ...options, suspects: this.suspects, onWork: () => this.start() });
  }

  /** Adds a task that this worker is selected for. One that is here already is not added again. */
  add(task: OpenTask): void {
    const lane = this.lanes.of(task.group);
    if (lane.has(task)) return;
    lane.add(task);
    this.scheduler.pump(lane);
  }

  /** Takes up a task that was executed before a restart and is settled already, in a block that is still to be read. */
  restore(executed: ExecutedTask): void {
    this.lanes.hold(executed);
  }

  /** The executed, unsettled task of that id. */
  unsettled(taskId: Hash): ExecutedTask | undefined {
    return this.lanes.unsettled(taskId);
  }

  /** Says whether the enclave holds a pending state of a contract of this group. */
  isPending(group: Address, secretContract: Address): boolean {
    return this.lanes.find(group)?.isPending(secretContract) ?? false;
  }

  /** A task of this worker is settled with its own receipt, and the enclave knows. */
  settled({ task }: ExecutedTask): void {
    this.lanes.release(task.taskId);
    const lane = this.lanes.find(task.group);
    if (lane === undefined) return;
    lane.remove(task);
    lane.failures = 0;
    this.scheduler.pump(lane);
    this.lanes.sweep(lane);
  }

  /** A task has ended without this worker, or is to be let go: it is taken out, with all that was built on it. */
  async letGo(task: OpenTask): Promise<void> {
    this.lanes.find(task.group)?.remove(task);
    this.suspects.clear(task);
    if (this.unsettled(task.taskId)?.task.recordHash !== task.recordHash) return;
    await this.undo(new Set([task.taskId]));
  }

  /** A module has come that parked tasks may have waited for. */
  moduleArrived(codeHash: Hash): void {
    for (const lane of this.lanes.all()) this.scheduler.moduleArrived(lane, codeHash);
  }

  /** The contract's state on chain is not what this worker made of it: it is loaded again before the next task. */
  stateMoved(secretContract: Address): void {
    this.options.held.moved(secretContract);
  }

  /**
   * Receipts do not stand: from the first of them on, nothing that their lanes executed can. The enclave undoes it, and those
   * tasks that are still open and this worker's wait again. Resolves to the ids of all executed tasks that no longer count.
   */
  async undo(refused: ReadonlySet<Hash>): Promise<Set<Hash>> {
    const lanes = new Set([...refused].flatMap((taskId) => this.lanes.holderOf(taskId) ?? []));
    const undone = await Promise.all([...lanes].map((lane) => this.undoLane(lane, refused)));
    return new Set(undone.flat());
  }

  /** The epoch has turned: tasks of other workers are let go, and what this one took over goes on. */
  reselect(): void {
    for (const lane of this.lanes.all()) {
      for (const task of [...lane.parked.values()]) lane.unpark(task);
      this.putBack(lane, lane.waiting.splice(0));
      this.scheduler.pump(lane);
      this.lanes.sweep(lane);
    }
  }

  /** The chain went back: nothing that is executed and unsettled stands, and every state is compared with the chain again. */
  async rollBack(): Promise<Set<Hash>> {
    this.options.held.allMoved();
    const executed = this.lanes.all().flatMap((lane) => [...lane.unsettled.keys()]);
    return this.undo(new Set(executed));
  }

  /** Resolves when no task is in the enclave, or on its way into it. */
  async idle(): Promise<void> {
    while (this.running !== undefined) await this.running;
  }

  private start(): void {
    this.running ??= this.run();
  }

  private async run(): Promise<void> {
    // What is added in this turn of the event loop goes into the enclave together.
    await Promise.resolve();
    try {
      for (let batch = this.scheduler.nextBatch(); batch.length > 0; batch = this.scheduler.nextBatch()) {
        await this.execute(batch);
      }
    } finally {
      this.running = undefined;
    }
  }

  /** Lets tasks wait again, if they are open and this worker's. */
  private putBack(lane: Lane, tasks: readonly OpenTask[]): void {
    const { chain, worker, isOpen } = this.options;
    lane.putBack(tasks.filter((task) => isOpen(task) && chain.selectedWorker(task.group) === worker));
  }

  private async undoLane(lane: Lane, refused: ReadonlySet<Hash>): Promise<Hash[]> {
    const order = [...lane.unsettled.values()];
    const undone = order.slice(order.findIndex(({ task }) => refused.has(task.taskId)));
    const inEnclave = new Set(lane.running);
    for (const { task } of undone) this.lanes.release(task.taskId);
    const resume = lane.pause();
    await undoInEnclave(this.options, lane.group, undone);
    // What was in the enclave when this began was executed on top of what does not stand.
    const onTop = [...lane.unsettled.values()].filter(({ task }) => inEnclave.has(task.recordHash));
    for (const { task } of onTop) this.lanes.release(task.taskId);
    if (onTop.length > 0) await undoInEnclave(this.options, lane.group, onTop);
    const tasks = [...undone, ...onTop].map(({ task }) => task);
    const taskIds = tasks.map(({ taskId }) => taskId);
    this.putBack(lane, tasks);
    const taskId = taskIds.find((id) => refused.has(id)) ?? "";
    this.scheduler.rest(lane, new EnigmaError("receipt-refused", { data: { taskId, reason: "it is repeated" } }));
    resume();
    return taskIds;
  }

  private async execute(batch: readonly OpenTask[]): Promise<void> {
    const { link, chain, book, worker, observe, clock } = this.options;
    for (const { taskId, record } of batch) {
      book.advance(taskId, record.sender, worker, "running");
      observe({ kind: "task-started", taskId, secretContract: record.secretContract });
    }
    const started = clock.now();
    let results: readonly TaskExecution[];
    let killer: OpenTask | undefined;
    let isInside = false;
    try {
      const epoch = chain.currentEpoch?.number;
      if (epoch === undefined) throw new EnigmaError("no-epoch");
      const enclave = await link.get();
      const tasks = batch.map(({ recordBytes, input, userKey, group, touches }) => ({
        ...{ record: recordBytes, input, userKey, group },
        touches: touches.map(({ secretContract, codeHash }) => ({ secretContract, codeHash })),
      }));
      isInside = true;
      results = await enclave.executeTasks({ epoch, tasks });
      for (const task of batch) this.suspects.clear(task);
    } catch (error) {
      const fault = error instanceof EnigmaError ? error : new EnigmaError("enclave-answer", { cause: error });
      results = batch.map(({ taskId }) => ({ taskId, error: fault }));
      if (isInside && DEATHS.has(fault.code)) killer = this.suspects.died(batch);
    }
    this.takeResults(batch, results, clock.now() - started);
    if (killer === undefined) return;
    const lane = this.lanes.of(killer.group);
    if (lane.waiting.includes(killer)) this.scheduler.parkKiller(lane, killer);
  }

  private takeResults(batch: readonly OpenTask[], results: readonly TaskExecution[], milliseconds: number): void {
    const executed: ExecutedTask[] = [];
    const failed = new Map<Lane, { tasks: OpenTask[]; error: EnigmaError }>();
    batch.forEach((task, index) => {
      const lane = this.lanes.of(task.group);
      const result = results[index];
      lane.running.delete(task.recordHash);
      if (result === undefined || "error" in result) {
        const error = result?.error ?? new EnigmaError("enclave-answer");
        const failure = failed.get(lane);
        if (failure === undefined) failed.set(lane, { tasks: [task], error });
        else failure.tasks.push(task);
        this.forgetWhatIsMissing(task, error);
        return;
      }
      const { taskId: _, ...execution } = result;
      const done = { task, ...execution, receiptHash: receiptHash(result.receipt) };
      this.lanes.hold(done);
      executed.push(done);
      this.observeExecution(done, milliseconds, batch.length);
    });
    for (const [lane, { tasks, error }] of failed) this.waitAgain(lane, tasks, error, tasks[0] === batch[0]);
    const standing = this.withoutEnded(executed);
    if (standing.length > 0) this.options.onExecuted(standing, writeAhead(this.options.store, standing));
  }

  private waitAgain(lane: Lane, tasks: readonly OpenTask[], error: EnigmaError, isFirst: boolean): void {
    this.putBack(lane, tasks);
    // No fault: the settlement of the task before them goes on with the lane, or the next batch does.
    const isTurnedAway = isEnigmaError(error, "calls-uncommitted") && lane.awaitsCalls;
    if (isTurnedAway || (isEnigmaError(error, "batch-full") && !isFirst)) this.scheduler.pump(lane);
    else this.scheduler.failed(lane, tasks[0], error);
  }

  /**
   * Undoes tasks that ended while they were executed, and what was built on them: their settlement has been taken in already,
   * so that nothing would ever take them out of their lane again.
   */
  private withoutEnded(executed: readonly ExecutedTask[]): readonly ExecutedTask[] {
    const ended = executed.filter(({ task }) => !this.options.isOpen(task));
    // What `undo` takes out of a lane it takes out before it waits.
    void this.undo(new Set(ended.map(({ task }) => task.taskId)));
    return executed.filter(({ task }) => this.unsettled(task.taskId) !== undefined);
  }

  private forgetWhatIsMissing(task: OpenTask, error: EnigmaError): void {
    const { keys, modules, chain, held } = this.options;
    if (isEnigmaError(error, "calls-uncommitted") || isEnigmaError(error, "batch-full")) return;
    for (const { secretContract, codeHash, rules } of contractsOf(task)) {
      if (isEnigmaError(error, "module-not-loaded")) modules.forget(codeHash, rules);
      if (isEnigmaError(error, "contract-keys-missing")) {
        keys.forget(secretContract, task.record.epoch);
        keys.forget(secretContract, chain.currentEpoch?.number ?? 0n);
      }
      if (isEnigmaError(error, "log-missing")) held.forget(secretContract);
      else held.moved(secretContract);
    }
  }

  private observeExecution({ task, receipt, logs }: ExecutedTask, milliseconds: number, batch: number): void {
    const [move] = receipt.moves;
    if (move === undefined) return;
    const { status, gasUsed, outputHash } = receipt;
    const { stateBefore, stateAfter } = move;
    const entryBytes = logs.flatMap(({ entries }) => entries).reduce((sum, each) => sum + each.ciphertext.length, 0);
    const event = { kind: "task-executed", taskId: task.taskId, status, gasUsed, outputHash } as const;
    this.options.observe({ ...event, stateBefore, stateAfter, entryBytes, milliseconds, batch });
  }
}
