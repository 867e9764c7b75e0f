/** The tasks that were admitted and have not ended, whoever executes them. */

import type { Address, Hash } from "../protocol/hex.ts";
import type { ChainState } from "./chain-state.ts";
import type { OpenTask } from "./open-task.ts";

export class TaskPool {
  private readonly chain: ChainState;
  private readonly tasks = new Map<Hash, OpenTask>();
  private readonly givenUp = new Set<Hash>();

  constructor(chain: ChainState) {
    this.chain = chain;
  }

  /** Adds a task, in place of one with the same id whose record has left the chain. */
  add(task: OpenTask): void {
    this.tasks.set(task.taskId, task);
    this.givenUp.delete(task.taskId);
  }

  get(taskId: Hash): OpenTask | undefined {
    return this.tasks.get(taskId);
  }

  has(taskId: Hash): boolean {
    return this.tasks.has(taskId);
  }

  remove(taskId: Hash): void {
    this.tasks.delete(taskId);
    this.givenUp.delete(taskId);
  }

  /** Says whether the task of this very record has not ended. */
  holds({ taskId, recordHash }: OpenTask): boolean {
    return this.tasks.get(taskId)?.recordHash === recordHash;
  }

  /** Notes that this worker cannot settle the task. It stays open until it ends some other way. */
  giveUp(taskId: Hash): void {
    if (this.tasks.has(taskId)) this.givenUp.add(taskId);
  }

  /** Lets the tasks that were given up be tried once more: what refused them may be gone, with its block or its epoch. */
  reconsider(): void {
    this.givenUp.clear();
  }

  /** Says whether the task may be executed here: open, and not given up. */
  isExecutable(task: OpenTask): boolean {
    return this.holds(task) && !this.givenUp.has(task.taskId);
  }

  /** The worker that is selected for an open task now. */
  workerOf(taskId: Hash): Address | undefined {
    const task = this.tasks.get(taskId);
    return task && this.chain.selectedWorker(task.group);
  }

  /** All open tasks, in order of admission. */
  all(): IterableIterator<OpenTask> {
    return this.tasks.values();
  }
}
