/**
 * What a transaction of receipts has done: settlements in order, and refusals, from which the lanes go back.
 *
 * A refusal that comes of the moment (another worker by now, another state) lets the task be executed again, if it is still
 * this worker's. One that would come again however often the receipt is made is final: a receipt is the same every time,
 * and each attempt costs ether.
 */

import type { EnigmaTransaction } from "../ethereum/enigma-account.ts";
import type { EnigmaContract } from "../ethereum/enigma-contract.ts";
import type { ReceiptRefused, TaskSettled } from "../ethereum/enigma-events.ts";
import { refusalCode } from "../ethereum/revert-error.ts";
import type { Hash } from "../protocol/hex.ts";
import type { Logger } from "../protocol/logger.ts";
import type { Observe } from "../protocol/observer.ts";
import { outcomeSlot } from "../protocol/outcome.ts";
import type { ChainState } from "./chain-state.ts";
import type { Committer } from "./committer.ts";
import type { Executor } from "./executor.ts";
import type { ExecutedTask } from "./lane.ts";
import type { Settler } from "./settler.ts";
import type { TaskPool } from "./task-pool.ts";

export interface CommittedBatchOptions {
  readonly chain: Pick<ChainState, "apply" | "expect" | "wentBackBelow">;
  readonly contract: Pick<EnigmaContract, "taskSlot">;
  readonly pool: Pick<TaskPool, "giveUp">;
  readonly settler: Pick<Settler, "settled">;
  readonly executor: Pick<Executor, "undo">;
  readonly committer: Pick<Committer, "discard">;
  readonly log: Logger;
  readonly observe: Observe;
}

/** Refusals after which the same task, executed again, can be settled. */
const OF_THE_MOMENT = new Set(["worker-not-selected", "receipt-epoch-wrong", "state-mismatch"]);

/** Takes in a transaction with the tasks whose receipts it carried. */
export async function takeCommittedBatch(
  options: CommittedBatchOptions,
  batch: readonly ExecutedTask[],
  transaction: EnigmaTransaction,
): Promise<void> {
  const { chain, settler, executor, committer } = options;
  const settled = transaction.events.filter((event) => event.name === "TaskSettled");
  // The roll-back that was taken in before has undone the batch; what comes too late must not be taken for the chain.
  if (chain.wentBackBelow(transaction.blockNumber) && !(await stand(options, settled))) return;
  chain.expect(transaction);
  for (const event of transaction.events) chain.apply(event);
  const finished = settler.settled(settled);
  const ended = new Set(settled.map(({ taskId }) => taskId));
  const refused = batch.filter(({ task }) => !ended.has(task.taskId));
  if (refused.length === 0) return;
  const refusals = transaction.events.filter((event) => event.name === "ReceiptRefused");
  await Promise.all(refused.map((executed) => judge(options, executed, refusals)));
  await finished;
  committer.discard(await executor.undo(new Set(refused.map(({ task }) => task.taskId))));
}

/** Says whether settlements are part of the chain as it is now. One transaction made them, so that one tells of all. */
async function stand({ contract }: CommittedBatchOptions, [settled]: readonly TaskSettled[]): Promise<boolean> {
  if (settled === undefined) return true;
  try {
    return (await contract.taskSlot(settled.taskId)) === outcomeSlot(settled.outcome, settled.receiptHash);
  } catch {
    return false; // the chain does not answer; what stands comes with its block, too
  }
}

/** Decides whether a refused task may be executed again. */
async function judge(
  { contract, pool, log, observe }: CommittedBatchOptions,
  { task }: ExecutedTask,
  refusals: readonly ReceiptRefused[],
): Promise<void> {
  const { taskId, recordHash } = task;
  const refusal = refusals.find((event) => event.taskId === taskId);
  const reason = refusal === undefined ? "unknown" : refusalCode(refusal.reason);
  observe({ kind: "receipt-refused", taskId, reason });
  if (refusal === undefined || OF_THE_MOMENT.has(reason)) return;
  if (await standsOtherwise(contract, taskId, recordHash)) return pool.giveUp(taskId);
  log.error("receipt-refused-for-good", { taskId, reason });
  pool.giveUp(taskId);
}

/** Says whether the slot holds something else than the record: the task has ended, or its record has left the chain. */
async function standsOtherwise(
  contract: Pick<EnigmaContract, "taskSlot">,
  taskId: Hash,
  recordHash: Hash,
): Promise<boolean> {
  try {
    return (await contract.taskSlot(taskId)) !== recordHash;
  } catch {
    return false; // the chain does not answer; the refusal itself is reason enough
  }
}
