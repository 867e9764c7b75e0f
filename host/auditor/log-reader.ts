/**
 * One contract's log, read forward with a worker's pages, and held to the state hashes that Ethereum has had: the chain of hashes
 * must pass through one of them wherever one task's entries end and another's begin.
 */
import type { Address, Hash } from "../protocol/hex.ts";
import {
  EMPTY_STATE_HASH,
  LOG_ENTRY_KIND,
  type LogEntry,
  nextStateHash,
  startsCheckpoint,
} from "../protocol/log-entry.ts";
import type { LogPages } from "./worker-archive.ts";

/** Entries from which a state is built, and the hashes before and after them. */
export interface StateEntries {
  readonly stateBefore: Hash;
  readonly entries: readonly LogEntry[];
  readonly stateAfter: Hash;
}

export class LogReader {
  private readonly pages: LogPages;
  private readonly secretContract: Address;
  /** All state hashes that the contract has had on Ethereum. */
  private readonly states: ReadonlySet<Hash>;
  private page: readonly LogEntry[] = [];
  private position = 0;
  private next: bigint | null = 0n;
  private state: Hash = EMPTY_STATE_HASH;
  private last: LogEntry | undefined;

  constructor(pages: LogPages, secretContract: Address, states: ReadonlySet<Hash>) {
    this.pages = pages;
    this.secretContract = secretContract;
    this.states = states;
  }

  /** The state hash after what was read. */
  get tip(): Hash {
    return this.state;
  }

  /**
   * Reads on until the log is at a state, and gives what that state is built from: the entries from the last checkpoint before it on.
   * A worker that joined late has its log from a checkpoint on only.
   *
   * @throws EnigmaError `log-cut`, `false-log`
   */
  async seek(target: Hash): Promise<StateEntries> {
    let [stateBefore, entries]: [Hash, LogEntry[]] = [this.state, []];
    if (target !== this.state && (await this.peek()) === undefined) stateBefore = await this.startLate();
    while (this.state !== target) {
      const before = this.state;
      const previous = this.last;
      const entry = await this.take();
      if (entry === undefined) throw this.pages.cut(this.secretContract);
      if (startsCheckpoint(entry, previous)) [stateBefore, entries] = [before, []];
      entries.push(entry);
    }
    return { stateBefore, entries, stateAfter: target };
  }

  /** The entries of one task, which lead to a state. @throws EnigmaError `log-cut`, `false-log` */
  async takeTask(taskId: Hash, stateAfter: Hash): Promise<LogEntry[]> {
    const entries: LogEntry[] = [];
    while ((await this.peek())?.taskId === taskId) {
      const entry = await this.take();
      if (entry !== undefined) entries.push(entry);
    }
    if (entries.length === 0 && (await this.peek()) === undefined) throw this.pages.cut(this.secretContract);
    if (this.state !== stateAfter) throw this.pages.lie(this.secretContract);
    return entries;
  }

  /** Begins where the worker's log can be rebuilt from, since it has nothing from the start. */
  private async startLate(): Promise<Hash> {
    const page = await this.pages.page(this.secretContract, null);
    if (page.entries[0]?.kind !== LOG_ENTRY_KIND.checkpoint) throw this.pages.cut(this.secretContract);
    [this.page, this.position, this.next, this.state] = [page.entries, 0, page.next, page.stateBefore];
    return page.stateBefore;
  }

  private async take(): Promise<LogEntry | undefined> {
    const entry = await this.peek();
    if (entry === undefined) return undefined;
    this.position += 1;
    this.state = nextStateHash(this.state, entry);
    this.last = entry;
    const following = await this.peek();
    // Between two tasks' entries stands a state hash of Ethereum's: what was altered or left out shows at once.
    if (following?.taskId !== entry.taskId && !this.states.has(this.state)) throw this.pages.lie(this.secretContract);
    return entry;
  }

  private async peek(): Promise<LogEntry | undefined> {
    if (this.position < this.page.length) return this.page[this.position];
    if (this.next === null) return undefined;
    const page = await this.pages.page(this.secretContract, this.next);
    [this.page, this.position, this.next] = [page.entries, 0, page.next];
    return this.page[0];
  }
}
