/**
 * The encrypted log of every secret contract: entries by contract and index, and beside each entry the state hash after it.
 * So the tip that the store has is read, not computed, and an entry that does not continue the chain of hashes is never
 * written.
 *
 * A log has no gaps, but it need not begin with index 0: whoever joins late begins with a checkpoint. `start` names where
 * the state is rebuilt from, which is the last checkpoint, so that rebuilding costs the state's size and not its age.
 */

import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import { type Address, fromHex, type Hash, hashFromBytes, toHex } from "../protocol/hex.ts";
import { EMPTY_STATE_HASH, type LogEntry, nextStateHash, startsCheckpoint } from "../protocol/log-entry.ts";
import { type LogEntryCbor, logEntryFromCbor, logEntryToCbor } from "../protocol/log-entry-cbor.ts";
import type { ByteTable } from "./byte-table.ts";
import { decodeValue, encodeValue } from "./stored-value.ts";

/** The end of a contract's log: the state hash after its last entry and the index of the next one. */
export interface LogTip {
  readonly tip: Hash;
  readonly length: number;
}

/** Where a state is rebuilt from: the index of the first entry to read, and the state hash before it. */
export interface LogStart {
  readonly index: number;
  readonly stateBefore: Hash;
}

/** An entry with the state hash after it. */
export interface LogStep {
  readonly entry: LogEntry;
  readonly stateAfter: Hash;
}

interface LogEnd extends LogTip {
  readonly last: LogEntry | undefined;
}

interface StoredEntry {
  entry: LogEntryCbor;
  stateHash: Uint8Array;
}

const ORIGIN: LogStart = { index: 0, stateBefore: EMPTY_STATE_HASH };

export class LogStore {
  private readonly table: ByteTable;
  private readonly startTable: ByteTable;
  /** What was read or written in this process: an append is visible at once, its write only when committed. */
  private readonly ends = new Map<Address, LogEnd>();
  private readonly starts = new Map<Address, LogStart>();
  private readonly writes = new Map<Address, Promise<unknown>>();

  constructor(table: ByteTable, startTable: ByteTable) {
    this.table = table;
    this.startTable = startTable;
  }

  /** The end of the contract's log; 32 zero bytes and 0 for an empty one. */
  tip(secretContract: Address): LogTip {
    const { tip, length } = this.endOf(secretContract);
    return { tip, length };
  }

  /** Where the state is rebuilt from: the first part of the last checkpoint, or the first entry of all. */
  start(secretContract: Address): LogStart {
    const known = this.starts.get(secretContract);
    if (known !== undefined) return known;
    const bytes = this.startTable.get(fromHex(secretContract, 20));
    const start = bytes === undefined ? ORIGIN : readStart(bytes);
    this.starts.set(secretContract, start);
    return start;
  }

  /** Appends one entry. @throws as `appendAll` */
  append(secretContract: Address, entry: LogEntry, stateAfter: Hash): Promise<void> {
    return this.appendAll(secretContract, [entry], stateAfter);
  }

  /**
   * Appends entries. Resolves when a kill can no longer undo it.
   *
   * @throws EnigmaError `log-entry-out-of-place` where the first index is not the next one, or the chain of hashes through
   * the entries does not end in `stateAfter`; nothing is written then
   */
  appendAll(secretContract: Address, entries: readonly LogEntry[], stateAfter: Hash): Promise<void> {
    const end = this.endOf(secretContract);
    const steps = chained(end, entries, stateAfter);
    if (steps === undefined) {
      const index = Number(entries[0]?.index ?? 0);
      throw new EnigmaError("log-entry-out-of-place", { data: { secretContract, index, length: end.length } });
    }
    return this.write(secretContract, end, steps);
  }

  /**
   * Takes a log that begins with a checkpoint in place of the one that is stored. Whoever calls this has compared
   * `stateAfter` with the chain.
   *
   * @throws EnigmaError `log-entry-out-of-place` as `appendAll`
   */
  async replace(
    secretContract: Address,
    start: LogStart,
    entries: readonly LogEntry[],
    stateAfter: Hash,
  ): Promise<void> {
    const end: LogEnd = { tip: start.stateBefore, length: start.index, last: undefined };
    const steps = chained(end, entries, stateAfter);
    if (steps === undefined) {
      throw new EnigmaError("log-entry-out-of-place", {
        data: { secretContract, index: start.index, length: this.tip(secretContract).length },
      });
    }
    await this.written(secretContract);
    const old = [...this.keys(secretContract)];
    this.setStart(secretContract, start);
    await Promise.all([...old.map((key) => this.table.remove(key)), this.write(secretContract, end, steps)]);
  }

  /** Resolves when everything that was appended can be read by `steps`. */
  async written(secretContract: Address): Promise<void> {
    await this.writes.get(secretContract);
  }

  /** The entries from index `from` on, in order, each with the state hash after it, read one by one. */
  *steps(secretContract: Address, from: number): Generator<LogStep> {
    const range = this.table.getRange({ start: entryKey(secretContract, from), end: endKey(secretContract) });
    for (const { value } of range) yield readStep(value);
  }

  /** The entries from index `from` on, in order, read one by one. */
  *entries(secretContract: Address, from: number): Generator<LogEntry> {
    for (const { entry } of this.steps(secretContract, from)) yield entry;
  }

  /** The state hash before the entry with that index; undefined where the log does not reach so far, or begins later. */
  stateBefore(secretContract: Address, index: number): Hash | undefined {
    const start = this.start(secretContract);
    if (index === start.index) return start.stateBefore;
    if (index === 0) return EMPTY_STATE_HASH;
    const { tip, length } = this.tip(secretContract);
    if (index === length) return tip;
    const bytes = this.table.get(entryKey(secretContract, index - 1));
    return bytes && hashFromBytes(decodeValue<StoredEntry>(bytes).stateHash);
  }

  /**
   * Cuts off the entries after the one whose state hash is `tip`, for a chain that went back. Where no entry has it, all
   * are cut off; they are fetched again from the peers.
   */
  async cutBack(secretContract: Address, tip: Hash): Promise<void> {
    await this.written(secretContract);
    if (this.tip(secretContract).tip === tip) return;
    const steps = [...this.steps(secretContract, 0)];
    const length = steps.findLastIndex(({ stateAfter }) => stateAfter === tip) + 1;
    const start = this.start(secretContract);
    const kept = steps.slice(0, length);
    const last = kept.at(-1)?.entry;
    const stands = last !== undefined && Number(last.index) >= start.index;
    const newStart = stands ? start : lastStart(kept);
    if (newStart === undefined) return this.forget(secretContract);
    this.setStart(secretContract, newStart);
    this.ends.set(secretContract, { tip, length: Number(last?.index ?? -1n) + 1, last });
    const cut = steps.slice(length).map(({ entry }) => entryKey(secretContract, Number(entry.index)));
    await Promise.all(cut.map((key) => this.table.remove(key)));
  }

  /** Removes the contract's log. */
  async forget(secretContract: Address): Promise<void> {
    await this.written(secretContract);
    this.setStart(secretContract, ORIGIN);
    this.ends.set(secretContract, { tip: EMPTY_STATE_HASH, length: 0, last: undefined });
    await Promise.all([...this.keys(secretContract)].map((key) => this.table.remove(key)));
  }

  private write(secretContract: Address, before: LogEnd, steps: readonly LogStep[]): Promise<void> {
    let { tip, last } = before;
    const puts = steps.map(({ entry, stateAfter }) => {
      if (startsCheckpoint(entry, last)) {
        this.setStart(secretContract, { index: Number(entry.index), stateBefore: tip });
      }
      tip = stateAfter;
      last = entry;
      const stored: StoredEntry = { entry: logEntryToCbor(entry), stateHash: fromHex(stateAfter, 32) };
      return this.table.put(entryKey(secretContract, Number(entry.index)), encodeValue(stored));
    });
    this.ends.set(secretContract, { tip, length: before.length + steps.length, last });
    // Inside a transaction, a put resolves long before what it wrote can be read.
    const written = Promise.all(puts).then(() => this.table.committed);
    const over = (): void => {
      if (this.writes.get(secretContract) === settled) this.writes.delete(secretContract);
    };
    const settled: Promise<void> = written.then(over, over);
    this.writes.set(secretContract, settled);
    return Promise.all(puts).then(() => {});
  }

  private setStart(secretContract: Address, start: LogStart): void {
    this.starts.set(secretContract, start);
    const stored = { index: start.index, stateBefore: fromHex(start.stateBefore, 32) };
    // Fails only together with the writes beside it, whose promises are awaited.
    this.startTable.put(fromHex(secretContract, 20), encodeValue(stored)).catch(() => {});
  }

  private endOf(secretContract: Address): LogEnd {
    const known = this.ends.get(secretContract);
    if (known !== undefined) return known;
    const end = this.readEnd(secretContract);
    this.ends.set(secretContract, end);
    return end;
  }

  private readEnd(secretContract: Address): LogEnd {
    const last = { start: endKey(secretContract), end: fromHex(secretContract, 20), reverse: true, limit: 1 };
    for (const { key, value } of this.table.getRange(last)) {
      if (toHex(key.subarray(0, 20)) !== secretContract) break;
      const { entry, stateAfter } = readStep(value);
      return { tip: stateAfter, length: Number(entry.index) + 1, last: entry };
    }
    return { tip: EMPTY_STATE_HASH, length: 0, last: undefined };
  }

  private *keys(secretContract: Address): Generator<Uint8Array> {
    const range = this.table.getRange({ start: entryKey(secretContract, 0), end: endKey(secretContract) });
    for (const { key } of range) yield key;
  }
}

/** The entries with the state hashes after them; undefined where they do not lead from `end` to `stateAfter`. */
function chained({ tip, length }: LogTip, entries: readonly LogEntry[], stateAfter: Hash): LogStep[] | undefined {
  let state = tip;
  const steps: LogStep[] = [];
  for (const entry of entries) {
    if (entry.index !== BigInt(length + steps.length)) return undefined;
    state = nextStateHash(state, entry);
    steps.push({ entry, stateAfter: state });
  }
  return state === stateAfter ? steps : undefined;
}

/** Where a log of these steps is rebuilt from; undefined where its beginning is missing. */
function lastStart(steps: readonly LogStep[]): LogStart | undefined {
  const at = steps.findLastIndex(({ entry }, index) => startsCheckpoint(entry, steps[index - 1]?.entry));
  const before = steps[at - 1];
  if (before !== undefined) return { index: Number(steps[at]?.entry.index), stateBefore: before.stateAfter };
  return steps.length > 0 && steps[0]?.entry.index === 0n ? ORIGIN : undefined;
}

function readStep(value: Uint8Array): LogStep {
  const stored = decodeValue<StoredEntry>(value);
  return { entry: logEntryFromCbor(stored.entry), stateAfter: hashFromBytes(stored.stateHash) };
}

function readStart(bytes: Uint8Array): LogStart {
  const { index, stateBefore } = decodeValue<{ index: number; stateBefore: Uint8Array }>(bytes);
  return { index, stateBefore: hashFromBytes(stateBefore) };
}

function entryKey(secretContract: Address, index: number): Uint8Array {
  const key = Buffer.alloc(28);
  key.set(fromHex(secretContract, 20));
  key.writeBigUInt64BE(BigInt(index), 20);
  return key;
}

function endKey(secretContract: Address): Uint8Array {
  const key = Buffer.alloc(28, 0xff);
  key.set(fromHex(secretContract, 20));
  return key;
}
