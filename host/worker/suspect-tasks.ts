/**
 * Tasks that were in the enclave when it died. Which of them killed it shows when each is executed with fewer others: half as
 * many every time, in the end alone.
 */

import type { Hash } from "../protocol/hex.ts";
import type { OpenTask } from "./open-task.ts";

/** Deaths of the enclave with nothing but the task in it after which the task is the cause. */
const DEATHS_ALONE = 3;

interface Suspicion {
  /** Tasks of the next batch with it, itself included, at most. */
  readonly most: number;
  readonly alone: number;
}

export class SuspectTasks {
  private readonly suspicions = new Map<Hash, Suspicion>();

  /** The enclave died with these tasks in it. Gives the one that killed it, once that is beyond doubt. */
  died(batch: readonly OpenTask[]): OpenTask | undefined {
    const most = Math.max(1, batch.length >> 1);
    for (const { recordHash } of batch) {
      const alone = (this.suspicions.get(recordHash)?.alone ?? 0) + (batch.length === 1 ? 1 : 0);
      this.suspicions.set(recordHash, { most, alone });
    }
    const [task] = batch;
    return task !== undefined && (this.suspicions.get(task.recordHash)?.alone ?? 0) >= DEATHS_ALONE ? task : undefined;
  }

  /** The enclave survived the task, or the task is gone. */
  clear({ recordHash }: OpenTask): void {
    this.suspicions.delete(recordHash);
  }

  /** How many of these tasks, from the first on, may go into the enclave with `before` others that allow `most` in all. */
  fitting(tasks: readonly OpenTask[], before: number, most: number): { readonly count: number; readonly most: number } {
    let [count, allowed] = [0, most];
    for (const { recordHash } of tasks) {
      const next = Math.min(allowed, this.suspicions.get(recordHash)?.most ?? allowed);
      if (before + count + 1 > next) break;
      [count, allowed] = [count + 1, next];
    }
    return { count, most: allowed };
  }
}
