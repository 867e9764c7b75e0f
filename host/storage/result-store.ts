/**
 * Results of settled tasks: the receipt that the chain accepted, its signature, and the output encrypted to the user.
 */

import { fromHex, type Hash } from "../protocol/hex.ts";
import type { ByteTable } from "./byte-table.ts";
import { decodeValue, encodeValue } from "./stored-value.ts";

/** `receipt` is the receipt's `abi.encode`, `signature` 65 bytes, `output` ciphertext (empty for an unusable user key). */
export interface StoredResult {
  receipt: Uint8Array;
  signature: Uint8Array;
  output: Uint8Array;
}

export class ResultStore {
  private readonly table: ByteTable;
  /** Results that are not committed yet. */
  private readonly fresh = new Map<Hash, StoredResult>();

  constructor(table: ByteTable) {
    this.table = table;
  }

  /** Stores a result; it can be read at once. Resolves when a kill can no longer undo it. */
  async put(taskId: Hash, result: StoredResult): Promise<void> {
    this.fresh.set(taskId, result);
    await this.table.put(fromHex(taskId, 32), encodeValue(result));
    // Inside a transaction, the put resolves long before what it wrote can be read.
    await this.table.committed;
    this.fresh.delete(taskId);
  }

  get(taskId: Hash): StoredResult | undefined {
    const fresh = this.fresh.get(taskId);
    if (fresh !== undefined) return fresh;
    const bytes = this.table.get(fromHex(taskId, 32));
    return bytes === undefined ? undefined : decodeValue<StoredResult>(bytes);
  }

  /** Forgets a result whose settlement has left the chain. */
  async remove(taskId: Hash): Promise<void> {
    await this.table.remove(fromHex(taskId, 32));
  }

  has(taskId: Hash): boolean {
    return this.fresh.has(taskId) || this.table.doesExist(fromHex(taskId, 32));
  }
}
