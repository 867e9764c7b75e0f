/**
 * Takes up what a restart, or a chain that went back, has interrupted. Storage says what this worker had; the slots on chain
 * say what of it still stands.
 */

import type { Clock } from "../protocol/clock.ts";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import { type Hash, ZERO_HASH } from "../protocol/hex.ts";
import { keccak } from "../protocol/keccak.ts";
import type { Logger } from "../protocol/logger.ts";
import { outcomeSlot } from "../protocol/outcome.ts";
import { untilChainAnswers } from "../protocol/retry.ts";
import { decodeTaskRecord, TASK_KIND } from "../protocol/task-record.ts";
import type { Store } from "../storage/store.ts";
import type { ChainState } from "./chain-state.ts";
import { executedTask } from "./executed-task.ts";
import type { Executor } from "./executor.ts";
import type { OpenTask } from "./open-task.ts";
import type { Settler } from "./settler.ts";
import type { TaskIntake } from "./task-intake.ts";

export interface RecoveryOptions {
  readonly store: Store;
  readonly chain: ChainState;
  readonly executor: Executor;
  readonly settler: Settler;
  readonly intake: TaskIntake;
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

/** Undoes what was learned from blocks above `to`, which have left the chain; waits where the chain does not answer. */
export async function rollBack(options: RecoveryOptions, to: bigint): Promise<void> {
  const { store, chain, executor, settler, intake, clock, log, signal } = options;
  const gone = store.settlements.above(Number(to));
  log.warn("chain-went-back", { to, tasks: gone.length });
  await settler.forget(gone);
  const contracts = new Set(
    gone.map((taskId) => contractOf(store, taskId)).filter((contract) => contract !== undefined),
  );
  for (const contract of contracts) {
    await store.log.cutBack(contract, await untilChainAnswers(clock, signal, () => chain.tip(contract)));
  }
  for (const taskId of gone) {
    await store.results.remove(taskId);
    const task = store.tasks.get(taskId);
    if (task !== undefined) await store.tasks.add(taskId, task);
  }
  await Promise.all(gone.map((taskId) => untilChainAnswers(clock, signal, () => resumeTask(options, taskId))));
  executor.reselect();
  intake.assignAll();
}

async function resumeTask({ store, chain, executor, settler, intake }: RecoveryOptions, taskId: Hash): Promise<void> {
  const slot = await chain.view.contract.taskSlot(taskId);
  // A record that has left the chain: there is no such task, and perhaps no such contract.
  if (slot === ZERO_HASH) return store.tasks.close(taskId);
  const task = await openTask(store, chain, taskId);
  if (task === undefined) return store.tasks.close(taskId);
  const prepared = store.prepared.get(taskId);
  if (slot === task.recordHash) {
    chain.rememberRecord(taskId, task.record, task.recordHash);
    intake.resume(task);
    return;
  }
  const executed = prepared && executedTask(task, prepared);
  if (executed === undefined || slot !== outcomeSlot(executed.receipt.status, executed.receiptHash))
    return intake.resume(task);
  const settlement = settler.settlement(taskId);
  if (settlement !== undefined) return settler.recover(executed, settlement);
  executor.restore(executed); // its settlement is in a block that is still to be read
  intake.resume(task);
}

async function openTask(store: Store, chain: ChainState, taskId: Hash): Promise<OpenTask | undefined> {
  const stored = store.tasks.get(taskId);
  if (stored === undefined) return undefined;
  const record = decodeTaskRecord(stored.record);
  const { kind, secretContract } = record;
  const info = kind === TASK_KIND.deploy ? undefined : await chain.contractInfo(secretContract);
  if (kind === TASK_KIND.call && info === undefined)
    throw new EnigmaError("contract-not-deployed", { data: { secretContract } });
  const { record: recordBytes, input, userKey } = stored;
  return {
    taskId,
    record,
    recordBytes,
    recordHash: keccak(recordBytes),
    input,
    userKey,
    group: info?.group ?? secretContract,
  };
}

function contractOf(store: Store, taskId: Hash) {
  const task = store.tasks.get(taskId);
  return task && decodeTaskRecord(task.record).secretContract;
}
