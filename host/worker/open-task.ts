/** A task that was admitted and has not ended. */

import type { Address, Hash } from "../protocol/hex.ts";
import type { TaskRecord } from "../protocol/task-record.ts";

export interface OpenTask {
  readonly taskId: Hash;
  readonly record: TaskRecord;
  /** The record's abi.encode and its keccak256. */
  readonly recordBytes: Uint8Array;
  readonly recordHash: Hash;
  readonly input: Uint8Array;
  readonly userKey: Uint8Array;
  /** Selection hashes the group. */
  readonly group: Address;
}
