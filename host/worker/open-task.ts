/** A task that was admitted and has not ended. */

import type { WantedContract } from "../enclave/enclave-client.ts";
import type { Address, Hash } from "../protocol/hex.ts";
import type { TaskRecord } from "../protocol/task-record.ts";

/** A contract with what it takes to execute it. */
export interface ContractCode {
  readonly secretContract: Address;
  readonly codeHash: Hash;
  readonly rules: number;
}

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
  /** The contracts that it may touch beside the called one, in ascending order. */
  readonly touches: readonly ContractCode[];
}

/** The contracts that a task may touch: the called one, then the others in ascending order. */
export function contractsOf({ record, touches }: OpenTask): ContractCode[] {
  const { secretContract, codeHash, rules } = record;
  return [{ secretContract, codeHash, rules }, ...touches];
}

/** The same with what their keys are made from. */
export function wantedOf(task: OpenTask): WantedContract[] {
  return contractsOf(task).map(({ secretContract, codeHash }) => ({ secretContract, codeHash, group: task.group }));
}
