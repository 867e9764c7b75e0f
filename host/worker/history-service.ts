/** What a worker answers about the past (`HistoryApi`): only ciphertext, and what stands on Ethereum. */
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import { type Hash, ZERO_HASH } from "../protocol/hex.ts";
import {
  type ListedTask,
  type ListParams,
  type ListResult,
  type LogParams,
  type LogResult,
  MAX_PAGE_ENTRIES,
  type TaskInputResult,
} from "../protocol/history-rpc-types.ts";
import type { LogEntry } from "../protocol/log-entry.ts";
import { decodeTaskRecord } from "../protocol/task-record.ts";
import type { HistoryApi } from "../rpc/history-methods.ts";
import type { Store } from "../storage/store.ts";
import { type IndexedTask, taskPlace } from "../storage/task-index.ts";
import type { ChainState } from "./chain-state.ts";
import type { Settler } from "./settler.ts";
import type { TaskBook } from "./task-book.ts";

export interface HistoryOptions {
  readonly store: Store;
  readonly chain: Pick<ChainState, "contractInfo" | "touchesOf">;
  readonly book: Pick<TaskBook, "update">;
  readonly settler: Pick<Settler, "settlement">;
}

/** Bytes of ciphertext in a page: at least one entry of the largest fits. */
const PAGE_BYTES = 2 * 1024 * 1024;

export class HistoryService implements HistoryApi {
  private readonly options: HistoryOptions;

  constructor(options: HistoryOptions) {
    this.options = options;
  }

  /** @throws EnigmaError `task-unknown`, `task-input-unavailable` */
  async taskInput(taskId: Hash): Promise<TaskInputResult> {
    const { store, chain, book } = this.options;
    const task = store.tasks.get(taskId);
    if (task === undefined) {
      const code = book.update(taskId) === undefined ? "task-unknown" : "task-input-unavailable";
      throw new EnigmaError(code, { data: { taskId } });
    }
    const { input, userKey } = task;
    const touches = await Promise.all(
      (chain.touchesOf(taskId) ?? []).map(async (secretContract) => {
        const info = await chain.contractInfo(secretContract);
        if (info === undefined) throw new EnigmaError("task-input-unavailable", { data: { taskId } });
        return { secretContract, codeHash: info.codeHash, group: info.group };
      }),
    );
    return { record: decodeTaskRecord(task.record), input, userKey, touches };
  }

  async log({ secretContract, from }: LogParams): Promise<LogResult> {
    const { log } = this.options.store;
    const index = from === null ? log.start(secretContract).index : Number(from);
    const stateBefore = log.stateBefore(secretContract, index);
    const entries = page(log.entries(secretContract, index));
    const [first] = entries;
    if (stateBefore === undefined || (first !== undefined && first.index !== BigInt(index))) {
      return { stateBefore: ZERO_HASH, entries: [], next: null };
    }
    const next = index + entries.length;
    return { stateBefore, entries, next: next < log.tip(secretContract).length ? BigInt(next) : null };
  }

  async listTasks({ secretContract, limit, before }: ListParams): Promise<ListResult> {
    const found = this.options.store.index.newest(secretContract, limit + 1, before);
    const tasks = found.slice(0, limit);
    const last = tasks.at(-1);
    const next = found.length > limit && last !== undefined ? taskPlace(last) : null;
    return { tasks: tasks.map((task) => this.listed(task)), next };
  }

  private listed(task: IndexedTask): ListedTask {
    const { book, settler } = this.options;
    const status = book.update(task.taskId)?.status ?? "submitted";
    return { ...task, status, gasUsed: settler.settlement(task.taskId)?.gasUsed ?? null };
  }
}

function page(entries: Iterable<LogEntry>): LogEntry[] {
  const taken: LogEntry[] = [];
  let bytes = 0;
  for (const entry of entries) {
    bytes += entry.ciphertext.length;
    if (taken.length === MAX_PAGE_ENTRIES || (bytes > PAGE_BYTES && taken.length > 0)) break;
    taken.push(entry);
  }
  return taken;
}
