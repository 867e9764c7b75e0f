/**
 * What follows when a task has ended on Ethereum.
 *
 * For the worker's own receipts: the pending state in the enclave becomes final, the output is released, and result, log
 * entry and end are stored as one; then subscribers and peers hear of it. A kill at any point before that leaves the
 * prepared receipt, from which `recover` does the same after a restart.
 * For the tasks of others: the end is stored; their results come by gossip (`result-intake.ts`).
 */

import type { WorkerEnclave } from "../enclave/enclave-client.ts";
import type { EnclaveLink } from "../enclave/enclave-link.ts";
import type { TaskRefunded, TaskSettled } from "../ethereum/enigma-events.ts";
import type { Clock } from "../protocol/clock.ts";
import { isEnigmaError } from "../protocol/errors/enigma-error.ts";
import { type Address, type Hash, ZERO_ADDRESS, ZERO_HASH } from "../protocol/hex.ts";
import { keccak } from "../protocol/keccak.ts";
import type { Logger } from "../protocol/logger.ts";
import type { Observe } from "../protocol/observer.ts";
import { OUTCOME, type Outcome, outcomeName } from "../protocol/outcome.ts";
import { decodeReceipt, encodeReceipt, receiptHash } from "../protocol/receipt.ts";
import type { Settlement } from "../storage/settlement-store.ts";
import type { Store } from "../storage/store.ts";
import type { Executor } from "./executor.ts";
import type { HeldStates } from "./held-states.ts";
import type { ExecutedTask } from "./lane.ts";
import { contractsOf } from "./open-task.ts";
import type { TaskBook } from "./task-book.ts";
import type { TaskPool } from "./task-pool.ts";
import { executedTask } from "./write-ahead.ts";

/** Blocks for which the receipt of an ended task is kept. */
const KEPT_BLOCKS = 64n;

/** An executed task with its end on chain. */
interface OwnEnd {
  readonly executed: ExecutedTask;
  readonly settlement: Settlement;
}

export interface SettlerOptions {
  readonly worker: Address;
  readonly link: EnclaveLink<WorkerEnclave>;
  readonly store: Store;
  readonly held: HeldStates;
  readonly executor: Executor;
  readonly pool: TaskPool;
  readonly book: TaskBook;
  /** Gossips the result of an own task. */
  readonly publish: (executed: ExecutedTask, output: Uint8Array, outcome: Outcome) => void;
  /** Called when the result and the log entries of an own task are on their way into the store, where they can be read. */
  readonly onStored: (executed: ExecutedTask) => void;
  readonly clock: Clock;
  readonly log: Logger;
  readonly observe: Observe;
}

export class Settler {
  private readonly options: SettlerOptions;
  /** Ends that are being taken in, until the store has them. */
  private readonly fresh = new Map<Hash, Settlement>();
  private readonly waiting = new Map<Hash, Set<(settlement: Settlement) => void>>();
  /** Ends whose prepared receipts are still kept, oldest first. */
  private shallow: { readonly taskId: Hash; readonly blockNumber: number }[] = [];
  private finishing: Promise<void> = Promise.resolve();
  private complete = true;

  constructor(options: SettlerOptions) {
    this.options = options;
    const { prepared, settlements } = options.store;
    for (const taskId of prepared.taskIds()) {
      const settlement = settlements.get(taskId);
      if (settlement !== undefined) this.shallow.push({ taskId, blockNumber: settlement.blockNumber });
    }
    this.shallow.sort((left, right) => left.blockNumber - right.blockNumber);
  }

  /** Forgets the prepared receipts of tasks that ended so deep in the chain that they will not come again. */
  async forgetDeep(head: bigint): Promise<void> {
    const deep = this.shallow.findIndex(({ blockNumber }) => BigInt(blockNumber) + KEPT_BLOCKS > head);
    const forgotten = this.shallow.splice(0, deep === -1 ? this.shallow.length : deep);
    await Promise.all(forgotten.map(({ taskId }) => this.options.store.prepared.remove(taskId)));
  }

  /** How a task ended, if it has. */
  settlement(taskId: Hash): Settlement | undefined {
    return this.fresh.get(taskId) ?? this.options.store.settlements.get(taskId);
  }

  /** How a task ended, waiting up to `milliseconds` for it; undefined after that. */
  async awaitSettlement(taskId: Hash, milliseconds: number): Promise<Settlement | undefined> {
    const known = this.settlement(taskId);
    if (known !== undefined) return known;
    const { promise, resolve } = Promise.withResolvers<Settlement | undefined>();
    const listeners = this.waiting.get(taskId) ?? new Set();
    this.waiting.set(taskId, listeners.add(resolve));
    const cancel = this.options.clock.after(milliseconds, () => resolve(undefined));
    const settlement = await promise;
    cancel();
    listeners.delete(resolve);
    if (listeners.size === 0 && this.waiting.get(taskId) === listeners) this.waiting.delete(taskId);
    return settlement;
  }

  /** Takes in settlements, in the order of the chain. One that is known already changes nothing. */
  settled(events: readonly TaskSettled[]): Promise<void> {
    const own: OwnEnd[] = [];
    for (const event of events) {
      if (this.settlement(event.taskId) !== undefined) continue;
      const settlement = this.note(event.taskId, event, event.outcome, event.receiptHash);
      const executed = this.ownReceipt(event);
      if (executed !== undefined) own.push({ executed, settlement });
      else this.foreign(event, settlement);
    }
    return own.length === 0 ? Promise.resolve() : this.finishNext(own);
  }

  /** Takes in a refund. */
  refunded(event: TaskRefunded): void {
    if (this.settlement(event.taskId) !== undefined) return;
    const settlement = this.note(event.taskId, event, OUTCOME.refunded, ZERO_HASH);
    const task = this.options.pool.get(event.taskId);
    this.close(event.taskId, settlement);
    if (task !== undefined) void this.options.executor.letGo(task);
  }

  /** Finishes what a kill interrupted: tasks with a prepared receipt whose settlement with it is known. */
  recover(executed: ExecutedTask, settlement: Settlement): Promise<void> {
    return this.finishNext([{ executed, settlement }]);
  }

  /**
   * Resolves when everything that was settled so far is taken in: to true where all of it is stored, to false where some
   * has to be recovered by the next start.
   */
  async idle(): Promise<boolean> {
    await this.finishing;
    return this.complete;
  }

  /** The tasks that ended in blocks above one, also those whose ends are still being stored. */
  endsAbove(block: number): Hash[] {
    const fresh = [...this.fresh].filter(([, { blockNumber }]) => blockNumber > block).map(([taskId]) => taskId);
    return [...new Set([...this.options.store.settlements.above(block), ...fresh])];
  }

  /** Forgets ends whose blocks have left the chain. */
  async forget(taskIds: readonly Hash[]): Promise<void> {
    const { store, book } = this.options;
    const gone = new Set(taskIds);
    this.shallow = this.shallow.filter(({ taskId }) => !gone.has(taskId));
    for (const taskId of taskIds) {
      this.fresh.delete(taskId);
      book.reopen(taskId);
    }
    await Promise.all(taskIds.map((taskId) => store.settlements.remove(taskId)));
  }

  /**
   * The executed task whose receipt was settled, where that is this worker's own: from its lane, or, where the task waits to
   * be executed again while an earlier transaction of its receipt was on its way, as it was prepared.
   */
  private ownReceipt({ taskId, receiptHash }: TaskSettled): ExecutedTask | undefined {
    const { executor, pool, store } = this.options;
    const executed = executor.unsettled(taskId);
    if (executed?.receiptHash === receiptHash) return executed;
    const task = pool.get(taskId);
    const stored = task && store.prepared.get(taskId);
    if (task === undefined || stored === undefined) return undefined;
    const prepared = executedTask(task, stored);
    if (prepared.receiptHash !== receiptHash) return undefined;
    for (const { secretContract } of contractsOf(task)) executor.stateMoved(secretContract);
    return prepared;
  }

  private note(
    taskId: Hash,
    place: { transactionHash: Hash; blockNumber: bigint; gasUsed?: bigint },
    outcome: Outcome,
    receiptHash: Hash,
  ): Settlement {
    const { pool, book } = this.options;
    const worker = pool.workerOf(taskId) ?? book.update(taskId)?.worker ?? ZERO_ADDRESS;
    const { transactionHash, blockNumber } = place;
    const ended = { outcome, receiptHash, worker, transactionHash, blockNumber: Number(blockNumber) };
    const settlement: Settlement = place.gasUsed === undefined ? ended : { ...ended, gasUsed: place.gasUsed };
    this.fresh.set(taskId, settlement);
    for (const resolve of this.waiting.get(taskId) ?? []) resolve(settlement);
    return settlement;
  }

  private foreign({ taskId, secretContract }: TaskSettled, settlement: Settlement): void {
    const { executor, pool, store } = this.options;
    const task = pool.get(taskId);
    const result = store.results.get(taskId);
    // A result from before the chain went back is no more, unless its receipt is the one that was settled again.
    if (result !== undefined && receiptHash(decodeReceipt(result.receipt)) !== settlement.receiptHash)
      store.results.remove(taskId).catch(() => {});
    this.close(taskId, settlement);
    executor.stateMoved(secretContract);
    if (task === undefined) return;
    for (const touched of task.touches) executor.stateMoved(touched.secretContract);
    void executor.letGo(task);
  }

  /** Stores the end of a task that has no result here. */
  private close(taskId: Hash, settlement: Settlement): void {
    const { store, pool } = this.options;
    pool.remove(taskId);
    this.announce(taskId, settlement);
    const stored = store.atomically(() => {
      void store.settlements.put(taskId, settlement);
      void store.tasks.close(taskId);
      void store.prepared.remove(taskId);
    });
    stored.then(
      () => this.fresh.delete(taskId),
      () => {}, // the worker stops; its next start reads the block again
    );
  }

  /** Finishes own tasks after those before them. What fails, because the worker stops, is left to the next start. */
  private finishNext(ends: readonly OwnEnd[]): Promise<void> {
    const finishOrLeave = async (): Promise<void> => {
      try {
        await this.finish(ends);
      } catch (error) {
        this.complete = false;
        this.options.log.warn("settlement-left", { tasks: ends.length, reason: String(error) });
      }
    };
    this.finishing = this.finishing.then(finishOrLeave);
    return this.finishing;
  }

  private async finish(ends: readonly OwnEnd[]): Promise<void> {
    await this.makeFinal(ends);
    const outputs = await Promise.all(ends.map((end) => this.release(end)));
    const stored = this.options.store.atomically(() => {
      for (const [index, end] of ends.entries()) this.writeEnd(end, outputs[index]);
    });
    for (const [index, { executed, settlement }] of ends.entries()) {
      const { taskId } = executed.task;
      this.options.pool.remove(taskId);
      this.options.executor.settled(executed);
      this.announce(taskId, settlement);
      const output = outputs[index];
      if (output === undefined) continue;
      this.options.onStored(executed);
      const outputHash = keccak(output);
      this.options.observe({ kind: "output-released", taskId, outputBytes: output.length, outputHash });
      if (settlement.outcome !== OUTCOME.refunded) this.options.publish(executed, output, settlement.outcome);
    }
    await stored;
    for (const { executed } of ends) this.fresh.delete(executed.task.taskId);
  }

  /**
   * Tells the enclave how its pending tasks ended, in order. The last committed one of a group stands for those before it; one
   * whose required call failed is undone.
   */
  private async makeFinal(ends: readonly OwnEnd[]): Promise<void> {
    const last = new Map<Address, OwnEnd>();
    const moved = ends.filter(({ executed }) => executed.logs.length > 0);
    for (const end of moved) {
      const { group } = end.executed.task;
      if (end.settlement.outcome === OUTCOME.committed) {
        last.set(group, end);
        continue;
      }
      const before = last.get(group);
      if (before !== undefined) await this.tellEnclave(before);
      last.delete(group);
      await this.tellEnclave(end);
    }
    for (const end of last.values()) await this.tellEnclave(end);
    for (const { executed, settlement } of moved) {
      if (settlement.outcome === OUTCOME.committed) this.advance(executed);
    }
  }

  private async tellEnclave({ executed, settlement }: OwnEnd): Promise<void> {
    const { link, executor, log } = this.options;
    const { group, taskId } = executed.task;
    try {
      await (await link.get()).settle({ group, taskId, committed: settlement.outcome === OUTCOME.committed });
    } catch (error) {
      // The enclave died: its successor loads the state from the log, this task included.
      log.warn("state-not-settled", { group, taskId, reason: String(error) });
      for (const { secretContract } of contractsOf(executed.task)) executor.stateMoved(secretContract);
    }
  }

  private advance({ receipt, logs }: ExecutedTask): void {
    for (const [index, { secretContract, entries }] of logs.entries()) {
      const stateAfter = receipt.moves[index]?.stateAfter;
      const last = entries.at(-1);
      if (stateAfter === undefined || last === undefined) continue;
      this.options.held.advance(secretContract, stateAfter, Number(last.index) + 1);
    }
  }

  /** The output, encrypted to the user; asked again where the enclave dies meanwhile. Undefined where none is released. */
  private async release({ executed, settlement }: OwnEnd): Promise<Uint8Array | undefined> {
    const { link, log } = this.options;
    for (;;) {
      const enclave = await link.get();
      try {
        return (await enclave.releaseOutput({ sealedOutput: executed.sealedOutput, outcome: settlement.outcome }))
          .output;
      } catch (error) {
        if (isEnigmaError(error, "enclave-gone")) {
          await enclave.closed; // from then on the link has its successor
          continue;
        }
        log.error("output-not-released", { taskId: executed.task.taskId, reason: String(error) });
        return undefined;
      }
    }
  }

  private writeEnd({ executed, settlement }: OwnEnd, output: Uint8Array | undefined): void {
    const { store } = this.options;
    const { receipt, signature, task } = executed;
    if (output !== undefined)
      void store.results.put(task.taskId, { receipt: encodeReceipt(receipt), signature, output });
    if (settlement.outcome === OUTCOME.committed) this.writeLogs(executed);
    void store.settlements.put(task.taskId, settlement);
    void store.tasks.close(task.taskId);
    // The prepared receipt stays for a while: where the chain goes back, the same transaction may be mined again.
    this.shallow.push({ taskId: task.taskId, blockNumber: settlement.blockNumber });
  }

  /** Entries that are not the next ones are there already, or follow others that the peers have. */
  private writeLogs({ receipt, logs }: ExecutedTask): void {
    const { store } = this.options;
    for (const [index, { secretContract, entries }] of logs.entries()) {
      const stateAfter = receipt.moves[index]?.stateAfter;
      const isNext = Number(entries[0]?.index) === store.log.tip(secretContract).length;
      if (isNext && stateAfter !== undefined) void store.log.appendAll(secretContract, entries, stateAfter);
    }
  }

  private announce(taskId: Hash, { outcome, transactionHash }: Settlement): void {
    const { book, observe } = this.options;
    const name = outcomeName(outcome) ?? "failed";
    book.end(taskId, name, transactionHash);
    observe({ kind: "task-settled", taskId, outcome: name, transactionHash });
  }
}
