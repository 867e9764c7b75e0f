/**
 * The encrypted log of every secret contract: entries by contract and index, without gaps, and beside each entry the
 * state hash after it. So the tip that the store has is read, not computed, and an entry that does not continue the
 * chain of hashes is never written.
 */

import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import { type Address, fromHex, type Hash, hashFromBytes, toHex } from "../protocol/hex.ts";
import { EMPTY_STATE_HASH, type LogEntry, nextStateHash } from "../protocol/log-entry.ts";
import { type LogEntryCbor, logEntryFromCbor, logEntryToCbor } from "../protocol/log-entry-cbor.ts";
import type { ByteTable } from "./byte-table.ts";
import { decodeValue, encodeValue } from "./stored-value.ts";

/** The end of a contract's log: the state hash after its last entry and the number of entries. */
export interface LogTip {
  readonly tip: Hash;
  readonly length: number;
}

interface StoredEntry {
  entry: LogEntryCbor;
  stateHash: Uint8Array;
}

export class LogStore {
  private readonly table: ByteTable;
  /** Tips that were read or written in this process: an append is visible at once, its write only when committed. */
  private readonly tips = new Map<Address, LogTip>();

  constructor(table: ByteTable) {
    this.table = table;
  }

  /** The end of the contract's log; 32 zero bytes and 0 for an empty one. */
  tip(secretContract: Address): LogTip {
    const known = this.tips.get(secretContract);
    if (known !== undefined) return known;
    const tip = this.readTip(secretContract);
    this.tips.set(secretContract, tip);
    return tip;
  }

  /**
   * Appends an entry. Resolves when a kill can no longer undo it.
   *
   * @throws EnigmaError `log-entry-out-of-place` where the index is not the next one, or the chain of hashes through this
   * entry does not end in `stateAfter`; nothing is written then
   */
  append(secretContract: Address, entry: LogEntry, stateAfter: Hash): Promise<void> {
    const { tip, length } = this.tip(secretContract);
    if (entry.index !== BigInt(length) || nextStateHash(tip, entry) !== stateAfter) {
      throw new EnigmaError("log-entry-out-of-place", { data: { secretContract, index: Number(entry.index), length } });
    }
    this.tips.set(secretContract, { tip: stateAfter, length: length + 1 });
    const stored: StoredEntry = { entry: logEntryToCbor(entry), stateHash: fromHex(stateAfter, 32) };
    return this.table.put(entryKey(secretContract, length), encodeValue(stored)).then(() => {});
  }

  /** The entries from index `from` on, in order, each with the state hash after it, read one by one. */
  *steps(secretContract: Address, from: number): Generator<{ entry: LogEntry; stateAfter: Hash }> {
    const range = this.table.getRange({ start: entryKey(secretContract, from), end: endKey(secretContract) });
    for (const { value } of range) {
      const stored = decodeValue<StoredEntry>(value);
      yield { entry: logEntryFromCbor(stored.entry), stateAfter: hashFromBytes(stored.stateHash) };
    }
  }

  /** The entries from index `from` on, in order, read one by one. */
  *entries(secretContract: Address, from: number): Generator<LogEntry> {
    for (const { entry } of this.steps(secretContract, from)) yield entry;
  }

  /**
   * Cuts off the entries after the one whose state hash is `tip`, for a chain that went back. Where no entry has it, all
   * are cut off; they are fetched again from the peers.
   */
  async cutBack(secretContract: Address, tip: Hash): Promise<void> {
    const range = this.table.getRange({ start: entryKey(secretContract, 0), end: endKey(secretContract) });
    const stored = [...range].map(({ key, value }) => ({
      key,
      tip: hashFromBytes(decodeValue<StoredEntry>(value).stateHash),
    }));
    const length = stored.findLastIndex((entry) => entry.tip === tip) + 1;
    this.tips.set(secretContract, { tip: length === 0 ? EMPTY_STATE_HASH : tip, length });
    await Promise.all(stored.slice(length).map(({ key }) => this.table.remove(key)));
  }

  private readTip(secretContract: Address): LogTip {
    const last = { start: endKey(secretContract), end: entryKey(secretContract, 0), reverse: true, limit: 1 };
    for (const { key, value } of this.table.getRange(last)) {
      if (toHex(key.subarray(0, 20)) !== secretContract) break;
      const stored = decodeValue<StoredEntry>(value);
      return { tip: hashFromBytes(stored.stateHash), length: Number(stored.entry.index) + 1 };
    }
    return { tip: EMPTY_STATE_HASH, length: 0 };
  }
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
