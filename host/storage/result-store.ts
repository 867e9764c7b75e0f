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

  constructor(table: ByteTable) {
    this.table = table;
  }

  async put(taskId: Hash, result: StoredResult): Promise<void> {
    await this.table.put(fromHex(taskId, 32), encodeValue(result));
  }

  get(taskId: Hash): StoredResult | undefined {
    const bytes = this.table.get(fromHex(taskId, 32));
    return bytes === undefined ? undefined : decodeValue<StoredResult>(bytes);
  }

  has(taskId: Hash): boolean {
    return this.table.doesExist(fromHex(taskId, 32));
  }
}
