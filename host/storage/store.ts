/**
 * A worker's data: LMDB, one folder for each node, one table for each kind of value.
 *
 * Invariants:
 * - Only ciphertext, hashes and what stands on the chain is written; keys and plaintext never reach the host.
 * - Every write is one transaction of LMDB (copy on write, the old tree stays whole until the new root is in place), so
 *   a kill at any instant leaves either all of it or nothing.
 * - A folder belongs to one network and one version of these formats (`store-identity.ts`).
 */

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { open, type RootDatabase } from "lmdb";
import type { EnigmaDomain } from "../protocol/eip712-domain.ts";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import { type ByteTable, openTable, type StoreLife } from "./byte-table.ts";
import { ContractStore } from "./contract-store.ts";
import { CursorStore } from "./cursor-store.ts";
import { LogStore } from "./log-store.ts";
import { ModuleStore } from "./module-store.ts";
import { PreparedReceiptStore } from "./prepared-receipt-store.ts";
import { ResultStore } from "./result-store.ts";
import { SettlementStore } from "./settlement-store.ts";
import { claimIdentity } from "./store-identity.ts";
import { TaskIndex } from "./task-index.ts";
import { TaskStore } from "./task-store.ts";
import { TouchesStore } from "./touches-store.ts";

/** The address space set aside for the database file; it grows to this at most. */
const MAP_SIZE = 64 * 1024 ** 3;

export interface StoreOptions {
  /** False where it need not survive a crash of the machine: then no write waits for the disk. */
  readonly durable?: boolean | undefined;
}

export class Store {
  readonly tasks: TaskStore;
  readonly settlements: SettlementStore;
  readonly prepared: PreparedReceiptStore;
  readonly results: ResultStore;
  readonly modules: ModuleStore;
  readonly log: LogStore;
  readonly cursor: CursorStore;
  readonly contracts: ContractStore;
  readonly touches: TouchesStore;
  readonly index: TaskIndex;
  private readonly life: StoreLife = { closed: false };
  private readonly root: RootDatabase;

  /**
   * Opens the store in `folder`, creating both where missing.
   *
   * @throws EnigmaError `data-folder-other-version`, `data-folder-other-network`
   */
  static async open(folder: string, network: EnigmaDomain, { durable = true }: StoreOptions = {}): Promise<Store> {
    mkdirSync(folder, { recursive: true });
    const root = open({ path: join(folder, "worker.mdb"), maxDbs: 16, mapSize: MAP_SIZE, noSync: !durable });
    try {
      claimIdentity(openTable(root, "meta"), network);
    } catch (error) {
      await root.close();
      throw error;
    }
    return new Store(root);
  }

  private constructor(root: RootDatabase) {
    this.root = root;
    const table = (name: string): ByteTable => openTable(root, name, this.life);
    // In one transaction: each that makes a table by itself waits for the disk.
    const stores = root.transactionSync(() => ({
      tasks: new TaskStore(table("tasks"), table("open-tasks")),
      settlements: new SettlementStore(table("settlements")),
      prepared: new PreparedReceiptStore(table("prepared-receipts")),
      results: new ResultStore(table("results")),
      modules: new ModuleStore(table("modules")),
      log: new LogStore(table("log"), table("log-starts")),
      cursor: new CursorStore(table("cursor")),
      contracts: new ContractStore(table("contracts")),
      touches: new TouchesStore(table("touches")),
      index: new TaskIndex(table("task-index")),
    }));
    this.tasks = stores.tasks;
    this.settlements = stores.settlements;
    this.prepared = stores.prepared;
    this.results = stores.results;
    this.modules = stores.modules;
    this.log = stores.log;
    this.cursor = stores.cursor;
    this.contracts = stores.contracts;
    this.touches = stores.touches;
    this.index = stores.index;
  }

  /**
   * Makes all writes that `write` starts one transaction: all of them or none survive a kill. Resolves when they are
   * committed; the promises of the single writes need not be awaited.
   *
   * @throws EnigmaError `store-closed`
   */
  async atomically(write: () => void): Promise<void> {
    if (this.life.closed) throw new EnigmaError("store-closed");
    await this.root.batch(write);
  }

  /** Writes what is outstanding and closes the database. Whatever still wants to write or read is refused with `store-closed`. */
  async close(): Promise<void> {
    if (this.life.closed) return;
    this.life.closed = true;
    await this.root.flushed;
    await this.root.close();
  }
}
