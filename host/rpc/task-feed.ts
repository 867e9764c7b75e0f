/** Where task updates come from: what the event stream needs of a worker. */

import type { Address, Hash } from "../protocol/hex.ts";
import type { TaskUpdate } from "../protocol/task-status.ts";

/** Which tasks a subscriber wants: those named, or all of one sender. */
export type TaskFilter = { readonly taskIds: readonly Hash[] } | { readonly sender: Address };

export interface TaskFeed {
  /**
   * Calls `listener` with the present status of each known task of the filter, then with every change, in order. The
   * returned function ends it.
   */
  subscribe(filter: TaskFilter, listener: (update: TaskUpdate) => void): () => void;
}
