/**
 * Modules of secret contracts by code hash. Whoever stores one has checked that it hashes to its key.
 */

import { fromHex, type Hash } from "../protocol/hex.ts";
import type { ByteTable } from "./byte-table.ts";

export class ModuleStore {
  private readonly table: ByteTable;
  private listener: (codeHash: Hash) => void = () => {};

  constructor(table: ByteTable) {
    this.table = table;
  }

  async put(codeHash: Hash, module: Uint8Array): Promise<void> {
    await this.table.put(fromHex(codeHash, 32), module);
    this.listener(codeHash);
  }

  /** Calls `listener` with the code hash of every module when it is stored. */
  onStored(listener: (codeHash: Hash) => void): void {
    this.listener = listener;
  }

  get(codeHash: Hash): Uint8Array | undefined {
    const bytes = this.table.get(fromHex(codeHash, 32));
    return bytes === undefined ? undefined : new Uint8Array(bytes);
  }

  has(codeHash: Hash): boolean {
    return this.table.doesExist(fromHex(codeHash, 32));
  }
}
