import type { Address, Hash } from "./hex.ts";

/** What a user sees of a task, in order of time; the last four are final. */
export const TASK_STATUSES = [
  "submitted",
  "accepted",
  "running",
  "committed",
  "failed",
  "callback-failed",
  "refunded",
] as const;
export type TaskStatus = (typeof TASK_STATUSES)[number];

/** The state of a task at one moment: the answer of `enigma_getTaskStatus` and the data of an event `task`. */
export interface TaskUpdate {
  readonly taskId: Hash;
  readonly status: TaskStatus;
  /** The worker that is to execute it. */
  readonly worker: Address;
  /** The Ethereum transaction that settled it, if it is settled. */
  readonly transactionHash: Hash | null;
}

/** Says whether nothing can follow this status. */
export function isFinalStatus(status: TaskStatus): boolean {
  return TASK_STATUSES.indexOf(status) >= TASK_STATUSES.indexOf("committed");
}

/** Says whether a text names a status. */
export function isTaskStatus(text: unknown): text is TaskStatus {
  return (TASK_STATUSES as readonly unknown[]).includes(text);
}
