/**
 * The last Ethereum block, by number and hash, whose events were wholly taken into the other tables. A restart reads events from the one
 * after it; taking an event twice changes nothing, so it may lag but never lead.
 */

import { fromHex, type Hash, hashFromBytes } from "../protocol/hex.ts";
import type { ByteTable } from "./byte-table.ts";
import { decodeValue, encodeValue } from "./stored-value.ts";

/** A block by number and hash. */
export interface BlockPosition {
  readonly number: bigint;
  readonly hash: Hash;
}

const KEY = new TextEncoder().encode("last-block");

export class CursorStore {
  private readonly table: ByteTable;

  constructor(table: ByteTable) {
    this.table = table;
  }

  /** The block, or undefined before the first. */
  get(): BlockPosition | undefined {
    const bytes = this.table.get(KEY);
    if (bytes === undefined) return undefined;
    const stored = decodeValue<{ number: number | bigint; hash: Uint8Array }>(bytes);
    return { number: BigInt(stored.number), hash: hashFromBytes(stored.hash) };
  }

  async set({ number, hash }: BlockPosition): Promise<void> {
    await this.table.put(KEY, encodeValue({ number, hash: fromHex(hash, 32) }));
  }
}
