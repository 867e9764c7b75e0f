/**
 * Write-ahead log of the worker: every receipt lies here before its transaction is sent, with the output still sealed
 * to the enclave. A node that is killed between sending and settling finds it here, learns from the chain whether the
 * receipt was settled, and then releases the output or executes the task again.
 */

import type { EffectCbor } from "../protocol/effect.ts";
import { fromHex, type Hash, hashFromBytes } from "../protocol/hex.ts";
import type { LogEntryCbor } from "../protocol/log-entry-cbor.ts";
import type { ByteTable } from "./byte-table.ts";
import { decodeValue, encodeValue } from "./stored-value.ts";

/** What a task appended to the log of one contract; `secretContract` 20 bytes. */
export interface PreparedLog {
  secretContract: Uint8Array;
  entries: readonly LogEntryCbor[];
}

/** A receipt as executed: `receipt` is its `abi.encode`, `signature` 65 bytes, `logs` in the order of its moves, empty for a failure. */
export interface PreparedReceipt {
  receipt: Uint8Array;
  signature: Uint8Array;
  sealedOutput: Uint8Array;
  logs: readonly PreparedLog[];
  effects: readonly EffectCbor[];
}

export class PreparedReceiptStore {
  private readonly table: ByteTable;

  constructor(table: ByteTable) {
    this.table = table;
  }

  async put(taskId: Hash, prepared: PreparedReceipt): Promise<void> {
    await this.table.put(fromHex(taskId, 32), encodeValue(prepared));
  }

  get(taskId: Hash): PreparedReceipt | undefined {
    const bytes = this.table.get(fromHex(taskId, 32));
    return bytes === undefined ? undefined : decodeValue<PreparedReceipt>(bytes);
  }

  async remove(taskId: Hash): Promise<void> {
    await this.table.remove(fromHex(taskId, 32));
  }

  /** The ids of all tasks with a prepared receipt. */
  taskIds(): Hash[] {
    return [...this.table.getKeys()].map((key) => hashFromBytes(key));
  }
}
