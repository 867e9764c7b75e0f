/**
 * The work of one secret contract on this worker: tasks that wait, in order, and executed ones whose receipts are not
 * settled yet, in order of execution. The next task builds on the pending state of the last.
 */

import type { Address, Hash } from "../protocol/hex.ts";
import type { LogEntry } from "../protocol/log-entry.ts";
import type { Receipt } from "../protocol/receipt.ts";
import type { OpenTask } from "./open-task.ts";

/** A task with its receipt, signed and stored, on its way to Ethereum. */
export interface ExecutedTask {
  readonly task: OpenTask;
  readonly receipt: Receipt;
  readonly receiptHash: Hash;
  readonly signature: Uint8Array;
  readonly entry: LogEntry | null;
  readonly sealedOutput: Uint8Array;
}

export class Lane {
  readonly secretContract: Address;
  /** Tasks that wait, in order of their records' blocks and then of arrival. */
  readonly waiting: OpenTask[] = [];
  /** Executed tasks that are not settled, in order of execution. */
  readonly unsettled = new Map<Hash, ExecutedTask>();
  /** Tasks that are in the enclave now. */
  readonly running = new Set<Hash>();
  /** The generation of the enclave that holds this contract's state as it is on chain; 0 for none. */
  loadedIn = 0;
  /** True while keys, module or log are being fetched, or a repetition is being waited for. */
  preparing = false;
  /** Repetitions since the last settlement; too many mean that something is wrong that waiting does not cure. */
  failures = 0;

  constructor(secretContract: Address) {
    this.secretContract = secretContract;
  }

  /** Adds a task behind those whose records are not younger. */
  add(task: OpenTask): void {
    let position = this.waiting.length;
    while (position > 0 && isAfter(this.waiting[position - 1], task)) position -= 1;
    this.waiting.splice(position, 0, task);
  }

  /** Puts tasks back to the front, in their order. */
  putBack(tasks: readonly OpenTask[]): void {
    this.waiting.unshift(...tasks);
  }

  /** Takes a waiting task out. */
  remove(taskId: Hash): void {
    const index = this.waiting.findIndex((task) => task.taskId === taskId);
    if (index !== -1) this.waiting.splice(index, 1);
  }

  has(taskId: Hash): boolean {
    return (
      this.running.has(taskId) || this.unsettled.has(taskId) || this.waiting.some((task) => task.taskId === taskId)
    );
  }
}

function isAfter(task: OpenTask | undefined, other: OpenTask): boolean {
  return task !== undefined && task.record.blockNumber > other.record.blockNumber;
}
