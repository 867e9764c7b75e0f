/**
 * Takes up what a restart, or a chain that went back, has interrupted. Storage says what this worker had; the slots on chain
 * say what of it still stands.
 */

import type { Clock } from "../protocol/clock.ts";
import { type Address, type Hash, ZERO_HASH } from "../protocol/hex.ts";
import { keccak } from "../protocol/keccak.ts";
import type { Logger } from "../protocol/logger.ts";
import { OUTCOME, outcomeSlot } from "../protocol/outcome.ts";
import { untilChainAnswers } from "../protocol/retry.ts";
import { decodeTaskRecord } from "../protocol/task-record.ts";
import type { Settlement } from "../storage/settlement-store.ts";
import type { Store } from "../storage/store.ts";
import type { ChainState } from "./chain-state.ts";
import type { Committer } from "./committer.ts";
import type { Executor } from "./executor.ts";
import type { HandOver } from "./hand-over.ts";
import type { ExecutedTask } from "./lane.ts";
import type { OpenTask } from "./open-task.ts";
import type { Settler } from "./settler.ts";
import { groupOf, touchedCode } from "./task-admission.ts";
import type { TaskBook } from "./task-book.ts";
import type { TaskIntake } from "./task-intake.ts";
import type { TaskPool } from "./task-pool.ts";
import { executedTask } from "./write-ahead.ts";

export interface RecoveryOptions {
  readonly store: Store;
  readonly chain: ChainState;
  readonly executor: Executor;
  readonly settler: Settler;
  readonly intake: TaskIntake;
  readonly pool: TaskPool;
  readonly committer: Committer;
  readonly handOver: HandOver;
  readonly book: TaskBook;
  readonly clock: Clock;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

/**
 * Resumes the tasks that were open when the worker stopped. Those whose prepared receipt has been settled meanwhile are
 * finished; the others are executed again, which gives the same. Their prepared receipts stay: a transaction that carries
 * one may still be on its way.
 */
export async function resumeOpenTasks(options: RecoveryOptions): Promise<void> {
  const { store, log } = options;
  const taskIds = store.tasks.open();
  await Promise.all(taskIds.map((taskId) => resumeTask(options, taskId)));
  if (taskIds.length > 0) log.info("tasks-resumed", { tasks: taskIds.length });
}

/**
 * Undoes what was learned from blocks above `to`, which have left the chain; waits where the chain does not answer.
 *
 * Nothing that was executed and not settled can be relied on: it is undone and executed again, which gives the same where
 * record and state are the same. Tasks whose records have left the chain are let go; when their records are mined again, they
 * come back with them.
 */
export async function rollBack(options: RecoveryOptions, to: bigint): Promise<void> {
  const { store, executor, settler, intake, pool, committer, handOver, book, clock, log, signal } = options;
  const gone = settler.endsAbove(Number(to));
  const unrecorded = [...pool.all()].filter(({ record }) => record.blockNumber > to);
  handOver.rollBack();
  for (const task of unrecorded) void intake.forget(task);
  await settler.idle();
  await settler.forget(gone);
  await store.index.removeAbove(to);
  log.warn("chain-went-back", { to, ended: gone.length, unrecorded: unrecorded.length });
  await cutBackLogs(options, gone);
  pool.reconsider();
  committer.discard(await executor.rollBack());
  for (const taskId of gone) {
    const task = store.tasks.get(taskId);
    if (task === undefined) continue;
    if (decodeTaskRecord(task.record).blockNumber > to) {
      book.forget(taskId);
      continue;
    }
    await store.tasks.add(taskId, task);
    await untilChainAnswers(clock, signal, () => resumeTask(options, taskId));
  }
  executor.reselect();
  intake.assignAll();
}

/** Cuts the stored logs back to the tips on chain. */
async function cutBackLogs({ store, chain, clock, signal }: RecoveryOptions, gone: readonly Hash[]): Promise<void> {
  const contracts = new Set<Address>();
  for (const group of store.contracts.groups()) {
    for (const { secretContract } of store.contracts.ofGroup(group)) contracts.add(secretContract);
  }
  for (const taskId of gone) {
    const task = store.tasks.get(taskId);
    if (task !== undefined) contracts.add(decodeTaskRecord(task.record).secretContract);
  }
  await Promise.all(
    [...contracts].map(async (contract) => {
      const tip = await untilChainAnswers(clock, signal, () => chain.tip(contract));
      await store.log.cutBack(contract, tip);
    }),
  );
}

async function resumeTask({ store, chain, executor, settler, intake }: RecoveryOptions, taskId: Hash): Promise<void> {
  const slot = await chain.view.contract.taskSlot(taskId);
  // A record that has left the chain: there is no such task, and perhaps no such contract.
  if (slot === ZERO_HASH) return store.tasks.close(taskId);
  const task = await openTask(store, chain, taskId);
  if (task === undefined) return store.tasks.close(taskId);
  if (slot === task.recordHash) {
    chain.rememberRecord(taskId, task.record, task.recordHash);
    intake.resume(task);
    return;
  }
  const prepared = store.prepared.get(taskId);
  const executed = prepared && executedTask(task, prepared);
  const settlement = settler.settlement(taskId);
  if (executed === undefined || !isOutcomeOf(executed, slot, settlement)) return intake.resume(task);
  if (settlement !== undefined) return settler.recover(executed, settlement);
  executor.restore(executed); // its settlement is in a block that is still to be read
  intake.resume(task);
}

/** Says whether the slot holds what this worker's receipt came to. */
function isOutcomeOf({ receipt, receiptHash }: ExecutedTask, slot: Hash, settlement: Settlement | undefined): boolean {
  if (settlement !== undefined) return settlement.receiptHash === receiptHash;
  return [receipt.status, OUTCOME["callback-failed"]].some((outcome) => slot === outcomeSlot(outcome, receiptHash));
}

async function openTask(store: Store, chain: ChainState, taskId: Hash): Promise<OpenTask | undefined> {
  const stored = store.tasks.get(taskId);
  if (stored === undefined) return undefined;
  const { record: recordBytes, input, userKey } = stored;
  const record = decodeTaskRecord(recordBytes);
  const group = await groupOf(chain, record);
  const touches = await touchedCode(chain, taskId, record);
  return { taskId, record, recordBytes, recordHash: keccak(recordBytes), input, userKey, group, touches };
}
