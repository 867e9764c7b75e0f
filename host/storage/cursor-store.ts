/**
 * The last Ethereum block whose events were wholly taken into the other tables. A restart reads events from the one
 * after it; taking an event twice changes nothing, so it may lag but never lead.
 */

import type { ByteTable } from "./byte-table.ts";
import { decodeValue, encodeValue } from "./stored-value.ts";

const KEY = new TextEncoder().encode("last-block");

export class CursorStore {
  private readonly table: ByteTable;

  constructor(table: ByteTable) {
    this.table = table;
  }

  /** The block number, or undefined before the first. */
  get(): number | undefined {
    const bytes = this.table.get(KEY);
    return bytes === undefined ? undefined : decodeValue<{ block: number }>(bytes).block;
  }

  async set(block: number): Promise<void> {
    await this.table.put(KEY, encodeValue({ block }));
  }
}
