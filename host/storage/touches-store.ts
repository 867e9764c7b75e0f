/**
 * Which contracts a task may touch beside the called one, as `TaskTouches` told before its record: the record holds their
 * hash only. Kept for ever, since a later replay needs them.
 */

import { type Address, addressFromBytes, fromHex, type Hash } from "../protocol/hex.ts";
import type { ByteTable } from "./byte-table.ts";
import { decodeValue, encodeValue } from "./stored-value.ts";

export class TouchesStore {
  private readonly table: ByteTable;
  /** Those that are not committed yet. */
  private readonly fresh = new Map<Hash, readonly Address[]>();

  constructor(table: ByteTable) {
    this.table = table;
  }

  /** Stores the touched contracts of a task; they are found at once. Resolves when a kill can no longer undo it. */
  async put(taskId: Hash, touches: readonly Address[]): Promise<void> {
    this.fresh.set(taskId, touches);
    await this.table.put(fromHex(taskId, 32), encodeValue({ touches: touches.map((each) => fromHex(each, 20)) }));
    if (this.fresh.get(taskId) === touches) this.fresh.delete(taskId);
  }

  /** In the order of the record; undefined for a task whose record named none. */
  get(taskId: Hash): readonly Address[] | undefined {
    const fresh = this.fresh.get(taskId);
    if (fresh !== undefined) return fresh;
    const bytes = this.table.get(fromHex(taskId, 32));
    return bytes && decodeValue<{ touches: Uint8Array[] }>(bytes).touches.map((each) => addressFromBytes(each));
  }
}
