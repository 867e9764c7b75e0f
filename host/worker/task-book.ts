/**
 * How far every task is, and who wants to know.
 *
 * Only open tasks and a bounded number of ended ones are held here; older ends are read from the store. A status only
 * ever moves forward in the order of `TASK_STATUSES`, except that a task whose execution has to be repeated stays
 * `running`.
 */

import { type Address, type Hash, ZERO_ADDRESS } from "../protocol/hex.ts";
import { type OutcomeName, outcomeName } from "../protocol/outcome.ts";
import { isFinalStatus, TASK_STATUSES, type TaskStatus, type TaskUpdate } from "../protocol/task-status.ts";
import type { TaskFeed, TaskFilter } from "../rpc/task-feed.ts";
import type { Settlement, SettlementStore } from "../storage/settlement-store.ts";

type Listener = (update: TaskUpdate) => void;

interface BookedTask {
  readonly sender: Address;
  update: TaskUpdate;
}

const MAX_ENDED_TASKS = 2_000;

export class TaskBook implements TaskFeed {
  private readonly settlements: SettlementStore;
  private readonly tasks = new Map<Hash, BookedTask>();
  private readonly ended: Hash[] = [];
  private readonly byTask = new Map<Hash, Set<Listener>>();
  private readonly bySender = new Map<Address, Set<Listener>>();

  constructor(settlements: SettlementStore) {
    this.settlements = settlements;
  }

  /** Notes that a task is at least at `status`. Nothing happens when it is further already. */
  advance(
    taskId: Hash,
    sender: Address,
    worker: Address | undefined,
    status: TaskStatus,
    transactionHash: Hash | null = null,
  ): void {
    const known = this.tasks.get(taskId);
    if (known !== undefined && rank(known.update.status) >= rank(status)) return;
    const update: TaskUpdate = {
      taskId,
      status,
      worker: worker ?? known?.update.worker ?? ZERO_ADDRESS,
      transactionHash,
    };
    if (known === undefined) this.tasks.set(taskId, { sender, update });
    else known.update = update;
    for (const listener of this.byTask.get(taskId) ?? []) listener(update);
    for (const listener of this.bySender.get(sender) ?? []) listener(update);
    if (isFinalStatus(status)) this.retire(taskId);
  }

  /** Notes the end of a task. One that this node never heard of is only found in the store. */
  end(taskId: Hash, status: OutcomeName, transactionHash: Hash): void {
    const known = this.tasks.get(taskId);
    if (known !== undefined) this.advance(taskId, known.sender, undefined, status, transactionHash);
  }

  /** Notes the worker that took over a task when the epoch turned. */
  reassign(taskId: Hash, worker: Address): void {
    const known = this.tasks.get(taskId);
    if (known !== undefined && !isFinalStatus(known.update.status)) known.update = { ...known.update, worker };
  }

  /** Takes back the end of a task whose block has left the chain. */
  reopen(taskId: Hash): void {
    const known = this.tasks.get(taskId);
    if (known !== undefined) known.update = { ...known.update, status: "accepted", transactionHash: null };
  }

  /** Forgets a task whose record has left the chain. */
  forget(taskId: Hash): void {
    this.tasks.delete(taskId);
  }

  /** The present status, or undefined for a task this node never heard of. */
  update(taskId: Hash): TaskUpdate | undefined {
    const known = this.tasks.get(taskId);
    if (known !== undefined) return known.update;
    const settlement = this.settlements.get(taskId);
    return settlement && endOf(taskId, settlement);
  }

  subscribe(filter: TaskFilter, listener: Listener): () => void {
    return "sender" in filter
      ? this.subscribeToSender(filter.sender, listener)
      : this.subscribeToTasks(filter.taskIds, listener);
  }

  private subscribeToSender(sender: Address, listener: Listener): () => void {
    const remove = addTo(this.bySender, sender, listener);
    for (const task of this.tasks.values()) if (task.sender === sender) listener(task.update);
    return remove;
  }

  private subscribeToTasks(taskIds: readonly Hash[], listener: Listener): () => void {
    const removals = taskIds.map((taskId) => addTo(this.byTask, taskId, listener));
    for (const taskId of taskIds) {
      const update = this.update(taskId);
      if (update !== undefined) listener(update);
    }
    return () => {
      for (const remove of removals) remove();
    };
  }

  private retire(taskId: Hash): void {
    this.ended.push(taskId);
    if (this.ended.length <= MAX_ENDED_TASKS) return;
    const oldest = this.ended.shift();
    if (oldest !== undefined && this.settlements.get(oldest) !== undefined) this.tasks.delete(oldest);
  }
}

function rank(status: TaskStatus): number {
  return isFinalStatus(status) ? TASK_STATUSES.length : TASK_STATUSES.indexOf(status);
}

function endOf(taskId: Hash, { outcome, worker, transactionHash }: Settlement): TaskUpdate {
  return { taskId, status: outcomeName(outcome) ?? "failed", worker, transactionHash };
}

function addTo<K>(map: Map<K, Set<Listener>>, key: K, listener: Listener): () => void {
  const listeners = map.get(key) ?? new Set();
  map.set(key, listeners.add(listener));
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0 && map.get(key) === listeners) map.delete(key);
  };
}
