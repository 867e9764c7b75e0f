/**
 * All tasks that were recorded on Ethereum, by the block of their record: of every contract together, and of each. A page of
 * either is one range of keys, however many tasks there are.
 */
import { type Address, addressFromBytes, fromHex, type Hash, hashFromBytes } from "../protocol/hex.ts";
import type { TaskKind } from "../protocol/task-record.ts";
import type { ByteTable } from "./byte-table.ts";
import { decodeValue, encodeValue } from "./stored-value.ts";

/** What the index knows of a task. */
export interface IndexedTask {
  readonly taskId: Hash;
  readonly secretContract: Address;
  readonly sender: Address;
  readonly kind: TaskKind;
  /** Of the record. */
  readonly blockNumber: bigint;
}

interface StoredTask {
  secretContract: Uint8Array;
  sender: Uint8Array;
  kind: number;
}

const OF_ALL = new Uint8Array([0]);
/** Bytes of a key after its prefix: block and task. */
const PLACE = 40;

export class TaskIndex {
  private readonly table: ByteTable;

  constructor(table: ByteTable) {
    this.table = table;
  }

  /** Notes a task; again is no harm. Resolves when a kill can no longer undo it. */
  async put(task: IndexedTask): Promise<void> {
    const { secretContract, sender, kind } = task;
    const value = encodeValue({ secretContract: fromHex(secretContract, 20), sender: fromHex(sender, 20), kind });
    const place = taskPlace(task);
    await Promise.all(prefixes(secretContract).map((prefix) => this.table.put(joined(prefix, place), value)));
  }

  /**
   * The newest tasks, of one contract or of all.
   *
   * @param before a `taskPlace`; only older tasks follow
   */
  newest(secretContract: Address | null, limit: number, before: Uint8Array | null): IndexedTask[] {
    const prefix = secretContract === null ? OF_ALL : prefixOf(secretContract);
    const last = joined(prefix, new Uint8Array(PLACE).fill(0xff));
    const start = before === null ? last : joined(prefix, before);
    const found: IndexedTask[] = [];
    // In reverse, the start is the first key that comes: a place that was given before comes no more.
    for (const { key, value } of this.table.getRange({ start, end: prefix, reverse: true, limit: limit + 1 })) {
      if (Buffer.compare(key, start) === 0) continue;
      found.push(readTask(key.subarray(prefix.length), value));
      if (found.length === limit) break;
    }
    return found;
  }

  /** Forgets the tasks whose records stood in blocks above `block`, which have left the chain. */
  async removeAbove(block: bigint): Promise<void> {
    const start = joined(OF_ALL, placeBytes(block + 1n, new Uint8Array(32)));
    const end = new Uint8Array([OF_ALL[0] ?? 0, ...new Uint8Array(PLACE).fill(0xff)]);
    const gone: Uint8Array[] = [];
    for (const { key, value } of this.table.getRange({ start, end })) {
      const place = key.subarray(OF_ALL.length);
      const { secretContract } = readTask(place, value);
      gone.push(...prefixes(secretContract).map((prefix) => joined(prefix, place)));
    }
    await Promise.all(gone.map((key) => this.table.remove(key)));
  }
}

/** Where a task stands in every list: its record's block, 8 bytes, and its id. */
export function taskPlace({ blockNumber, taskId }: Pick<IndexedTask, "blockNumber" | "taskId">): Uint8Array {
  return placeBytes(blockNumber, fromHex(taskId, 32));
}

function placeBytes(blockNumber: bigint, taskId: Uint8Array): Uint8Array {
  const place = Buffer.alloc(PLACE);
  place.writeBigUInt64BE(blockNumber);
  place.set(taskId, 8);
  return new Uint8Array(place);
}

function prefixes(secretContract: Address): Uint8Array[] {
  return [OF_ALL, prefixOf(secretContract)];
}

function prefixOf(secretContract: Address): Uint8Array {
  return new Uint8Array([1, ...fromHex(secretContract, 20)]);
}

function joined(prefix: Uint8Array, place: Uint8Array): Uint8Array {
  return Buffer.concat([prefix, place]);
}

function readTask(place: Uint8Array, value: Uint8Array): IndexedTask {
  const { secretContract, sender, kind } = decodeValue<StoredTask>(value);
  return {
    taskId: hashFromBytes(place.subarray(8)),
    secretContract: addressFromBytes(secretContract),
    sender: addressFromBytes(sender),
    kind: kind as TaskKind,
    blockNumber: Buffer.from(place).readBigUInt64BE(),
  };
}
