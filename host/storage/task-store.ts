/**
 * Tasks as they were sent: the record, the encrypted input and the user's key. Kept for ever, since a later replay of
 * the contract's log needs them; `open` names those whose end has not been seen on the chain yet.
 */

import { fromHex, type Hash, hashFromBytes } from "../protocol/hex.ts";
import type { ByteTable } from "./byte-table.ts";
import { decodeValue, encodeValue } from "./stored-value.ts";

/** A task: `record` is the `abi.encode` of its TaskRecord, `input` ciphertext, `userKey` 32 bytes. */
export interface StoredTask {
  record: Uint8Array;
  input: Uint8Array;
  userKey: Uint8Array;
}

const PRESENT = new Uint8Array([1]);

export class TaskStore {
  private readonly tasks: ByteTable;
  private readonly openTasks: ByteTable;

  constructor(tasks: ByteTable, openTasks: ByteTable) {
    this.tasks = tasks;
    this.openTasks = openTasks;
  }

  /** Stores a task and marks it open. Resolves when a kill can no longer undo it. */
  async add(taskId: Hash, task: StoredTask): Promise<void> {
    const value = encodeValue({ record: task.record, input: task.input, userKey: task.userKey });
    const key = fromHex(taskId, 32);
    await Promise.all([this.tasks.put(key, value), this.openTasks.put(key, PRESENT)]);
  }

  /** The task, or undefined where its input never reached this node. */
  get(taskId: Hash): StoredTask | undefined {
    const bytes = this.tasks.get(fromHex(taskId, 32));
    return bytes === undefined ? undefined : decodeValue<StoredTask>(bytes);
  }

  has(taskId: Hash): boolean {
    return this.tasks.doesExist(fromHex(taskId, 32));
  }

  /** Takes the mark off a task that has ended on the chain. Nothing happens where there is none. */
  async close(taskId: Hash): Promise<void> {
    await this.openTasks.remove(fromHex(taskId, 32));
  }

  /** The ids of all open tasks, in the order of their bytes. */
  open(): Hash[] {
    return [...this.openTasks.getKeys()].map((key) => hashFromBytes(key));
  }
}
