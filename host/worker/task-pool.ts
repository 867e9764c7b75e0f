/** The tasks that were admitted and have not ended, whoever executes them. */

import type { Address, Hash } from "../protocol/hex.ts";
import type { ChainState } from "./chain-state.ts";
import type { OpenTask } from "./open-task.ts";

export class TaskPool {
  private readonly chain: ChainState;
  private readonly tasks = new Map<Hash, OpenTask>();

  constructor(chain: ChainState) {
    this.chain = chain;
  }

  add(task: OpenTask): void {
    this.tasks.set(task.taskId, task);
  }

  get(taskId: Hash): OpenTask | undefined {
    return this.tasks.get(taskId);
  }

  has(taskId: Hash): boolean {
    return this.tasks.has(taskId);
  }

  remove(taskId: Hash): void {
    this.tasks.delete(taskId);
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
