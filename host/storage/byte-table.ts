/**
 * One table of the database: bytes to bytes, ordered by key.
 *
 * A `put` or `remove` belongs to the transaction that is open around it (`Store.atomically`), or else to the next one the
 * database makes by itself. In the latter case its promise resolves when that transaction is committed, that is, when a
 * kill of the process can no longer undo it; inside a transaction it resolves too early, and only the transaction's own
 * promise, or `committed`, says so. `get` sees committed values only.
 *
 * Once the store is closed, nothing reaches the database any more, which would end the process: writes reject, reads throw,
 * both with `store-closed`.
 */

import type { Database, RangeOptions, RootDatabase } from "lmdb";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";

/** Shared by the tables of one store. */
export interface StoreLife {
  closed: boolean;
}

export class ByteTable {
  private readonly database: Database<Uint8Array, Uint8Array>;
  private readonly life: StoreLife;

  constructor(database: Database<Uint8Array, Uint8Array>, life: StoreLife) {
    this.database = database;
    this.life = life;
  }

  get(key: Uint8Array): Uint8Array | undefined {
    return this.open().get(key);
  }

  doesExist(key: Uint8Array): boolean {
    return this.open().doesExist(key);
  }

  async put(key: Uint8Array, value: Uint8Array): Promise<void> {
    await this.open().put(key, value);
  }

  /** Writes in a transaction of its own, before it returns. */
  putSync(key: Uint8Array, value: Uint8Array): void {
    this.open().putSync(key, value);
  }

  async remove(key: Uint8Array): Promise<void> {
    await this.open().remove(key);
  }

  getRange(options?: RangeOptions): Iterable<{ key: Uint8Array; value: Uint8Array }> {
    return this.open().getRange(options);
  }

  getKeys(): Iterable<Uint8Array> {
    return this.open().getKeys();
  }

  /** Resolves when everything that was written before is committed. */
  get committed(): Promise<unknown> {
    return this.open().committed;
  }

  private open(): Database<Uint8Array, Uint8Array> {
    if (this.life.closed) throw new EnigmaError("store-closed");
    return this.database;
  }
}

/** Opens (and creates on first use) the table `name`. */
export function openTable(root: RootDatabase, name: string, life: StoreLife = { closed: false }): ByteTable {
  const database = root.openDB<Uint8Array, Uint8Array>({ name, encoding: "binary", keyEncoding: "binary" });
  return new ByteTable(database, life);
}
