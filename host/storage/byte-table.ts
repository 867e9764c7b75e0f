/**
 * One table of the database: bytes to bytes, ordered by key.
 *
 * A `put` or `remove` belongs to the transaction that is open around it (`Store.transaction`), or else to the next
 * one the database makes by itself. Its promise resolves when that transaction is committed, that is, when a kill of
 * the process can no longer undo it. `get` sees committed values only, and everything of the open transaction when
 * called inside one.
 */

import type { Database, RootDatabase } from "lmdb";

export type ByteTable = Database<Uint8Array, Uint8Array>;

/** Opens (and creates on first use) the table `name`. */
export function openTable(root: RootDatabase, name: string): ByteTable {
  return root.openDB<Uint8Array, Uint8Array>({ name, encoding: "binary", keyEncoding: "binary" });
}
