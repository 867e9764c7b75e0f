/**
 * One table of the database: bytes to bytes, ordered by key.
 *
 * A `put` or `remove` belongs to the transaction that is open around it (`Store.atomically`), or else to the next one the
 * database makes by itself. In the latter case its promise resolves when that transaction is committed, that is, when a
 * kill of the process can no longer undo it; inside a transaction it resolves too early, and only the transaction's own
 * promise, or `committed`, says so. `get` sees committed values only.
 */

import type { Database, RootDatabase } from "lmdb";

export type ByteTable = Database<Uint8Array, Uint8Array>;

/** Opens (and creates on first use) the table `name`. */
export function openTable(root: RootDatabase, name: string): ByteTable {
  return root.openDB<Uint8Array, Uint8Array>({ name, encoding: "binary", keyEncoding: "binary" });
}
