/**
 * How tasks ended on the chain, as this node saw it in events of `TaskSettled` and `TaskRefunded`.
 */

import { type Address, fromHex, type Hash, hashFromBytes } from "../protocol/hex.ts";
import type { Outcome } from "../protocol/outcome.ts";
import type { ByteTable } from "./byte-table.ts";
import { decodeValue, encodeValue } from "./stored-value.ts";

/** The end of a task. `receiptHash` is 32 zero bytes for a refund; the rest names where it was settled. */
export interface Settlement {
  readonly outcome: Outcome;
  readonly receiptHash: Hash;
  /** The worker that was selected when it ended. */
  readonly worker: Address;
  readonly transactionHash: Hash;
  readonly blockNumber: number;
  /** Absent after a refund. */
  readonly gasUsed?: bigint;
}

type StoredSettlement = Omit<Settlement, "gasUsed"> & { readonly gasUsed?: number | bigint };

export class SettlementStore {
  private readonly table: ByteTable;

  constructor(table: ByteTable) {
    this.table = table;
  }

  /** Forgets an end whose block has left the chain. */
  async remove(taskId: Hash): Promise<void> {
    await this.table.remove(fromHex(taskId, 32));
  }

  /** All ends in blocks above `block`: reads the whole table, for the rare case of a chain that went back. */
  above(block: number): Hash[] {
    const found: Hash[] = [];
    for (const { key, value } of this.table.getRange()) {
      if (decodeValue<Settlement>(value).blockNumber > block) found.push(hashFromBytes(key));
    }
    return found;
  }

  async put(taskId: Hash, settlement: Settlement): Promise<void> {
    await this.table.put(fromHex(taskId, 32), encodeValue(settlement));
  }

  get(taskId: Hash): Settlement | undefined {
    const bytes = this.table.get(fromHex(taskId, 32));
    if (bytes === undefined) return undefined;
    const { gasUsed, ...stored } = decodeValue<StoredSettlement>(bytes);
    return gasUsed === undefined ? stored : { ...stored, gasUsed: BigInt(gasUsed) };
  }
}
