/**
 * The work of one group of secret contracts on this worker: tasks that wait, in order, and executed ones whose receipts are
 * not settled yet, in order of execution. The next task builds on the pending state of the last. Contracts of a group can
 * call each other, so their tasks are in one order; most contracts are a group of their own.
 */

import type { TaskExecution } from "../enclave/enclave-client.ts";
import { isRequired } from "../protocol/effect.ts";
import type { Address, Hash } from "../protocol/hex.ts";
import { isPosted } from "../protocol/task-record.ts";
import { contractsOf, type OpenTask } from "./open-task.ts";

/** A task with its receipt, signed and stored, on its way to Ethereum. */
export interface ExecutedTask extends Omit<Exclude<TaskExecution, { error: unknown }>, "taskId"> {
  readonly task: OpenTask;
  readonly receiptHash: Hash;
}

export class Lane {
  readonly group: Address;
  /**
   * Tasks that wait: those whose input stands on chain before the others, since the worker answers for them with its stake, and
   * each kind in order of their records' blocks and then of arrival. A task never passes one of its own sender's for the same
   * contract that was recorded before, and none passes a task that was put back.
   */
  readonly waiting: OpenTask[] = [];
  /** Tasks that cannot be executed now for reasons of their own, by record hash. They hold up no other task. */
  readonly parked = new Map<Hash, OpenTask>();
  /** Executed tasks that are not settled, in order of execution. */
  readonly unsettled = new Map<Hash, ExecutedTask>();
  /** Record hashes of the tasks that are in the enclave now. */
  readonly running = new Set<Hash>();
  /** Repetitions since the last settlement; too many mean that something is wrong that waiting does not cure. */
  failures = 0;
  private pauses = 0;

  constructor(group: Address) {
    this.group = group;
  }

  /** True while keys, modules or logs are being fetched, something is undone, or a repetition is being waited for. */
  get preparing(): boolean {
    return this.pauses > 0;
  }

  /** Lets nothing of the lane into the enclave until the returned function is called, and every other pause has ended. */
  pause(): () => void {
    this.pauses += 1;
    let over = false;
    return () => {
      if (!over) this.pauses -= 1;
      over = true;
    };
  }

  /** Adds a task in its place of the order. */
  add(task: OpenTask): void {
    let position = this.waiting.length;
    while (position > 0 && passes(task, this.waiting[position - 1])) position -= 1;
    this.waiting.splice(position, 0, task);
  }

  /** Puts tasks back to the front, in their order. */
  putBack(tasks: readonly OpenTask[]): void {
    this.waiting.unshift(...tasks);
  }

  /** Takes a waiting task out of the order, until it is unparked. */
  park(task: OpenTask): void {
    this.remove(task);
    this.parked.set(task.recordHash, task);
  }

  /** Lets a parked task wait again, in its place of the order; false where it is not parked any more. */
  unpark(task: OpenTask): boolean {
    const isParked = this.parked.delete(task.recordHash);
    if (isParked) this.add(task);
    return isParked;
  }

  /** Takes a waiting or parked task out. */
  remove({ recordHash }: OpenTask): void {
    this.parked.delete(recordHash);
    const index = this.waiting.findIndex((task) => task.recordHash === recordHash);
    if (index !== -1) this.waiting.splice(index, 1);
  }

  /** Says whether the task of this very record is here. */
  has({ taskId, recordHash }: OpenTask): boolean {
    return (
      this.running.has(recordHash) ||
      this.parked.has(recordHash) ||
      this.unsettled.get(taskId)?.task.recordHash === recordHash ||
      this.waiting.some((task) => task.recordHash === recordHash)
    );
  }

  /**
   * True while a call that an executed task requires may still fail on Ethereum: then its state is undone, so that nothing may
   * be built on it before.
   */
  get awaitsCalls(): boolean {
    return [...this.unsettled.values()].some(({ effects }) => effects.some(isRequired));
  }

  /** Says whether the enclave holds a pending state of the contract. */
  isPending(secretContract: Address): boolean {
    return [...this.unsettled.values()].some(({ task }) =>
      contractsOf(task).some((contract) => contract.secretContract === secretContract),
    );
  }

  /** True where there is nothing to do and nothing to wait for. */
  get isEmpty(): boolean {
    return this.waiting.length + this.parked.size + this.unsettled.size + this.running.size === 0 && !this.preparing;
  }
}

/** Says whether a task that is added goes before one that waits. */
function passes(task: OpenTask, other: OpenTask | undefined): boolean {
  if (other === undefined) return false;
  const [own, its] = [task.record, other.record];
  if (isPosted(own) === isPosted(its)) return its.blockNumber > own.blockNumber;
  const isOfOneSender = own.sender === its.sender && own.secretContract === its.secretContract;
  return isPosted(own) && (!isOfOneSender || its.blockNumber > own.blockNumber);
}
