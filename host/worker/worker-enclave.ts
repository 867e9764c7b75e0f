/**
 * What a worker needs of its enclave. `host/enclave` gives it as a process of its own; tests may give something else.
 */

import type { EnigmaError } from "../protocol/errors/enigma-error.ts";
import type { Address, Hash } from "../protocol/hex.ts";
import type { LogEntry } from "../protocol/log-entry.ts";
import type { Receipt } from "../protocol/receipt.ts";

/** Who an enclave is, fixed when its keys were made. */
export interface EnclaveIdentity {
  readonly signer: Address;
  readonly encryptionKey: Uint8Array;
  readonly mrEnclave: Hash;
  readonly debug: boolean;
}

/** What both kinds of node use of their enclave. */
export interface NodeEnclave {
  readonly identity: EnclaveIdentity;
  /** Resolves when the enclave is gone, whether it was closed or died. */
  readonly closed: Promise<unknown>;
  quote(): Promise<{ readonly quote: Uint8Array; readonly collateral: Uint8Array }>;
  close(): Promise<void>;
}

/** A contract whose keys are asked for. */
export interface KeyHolder {
  readonly secretContract: Address;
  readonly codeHash: Hash;
  readonly group: Address;
}

/** A task as the enclave takes it: `record` is its abi.encode. */
export interface EnclaveTask {
  readonly record: Uint8Array;
  readonly input: Uint8Array;
  readonly userKey: Uint8Array;
  readonly group: Address;
}

/** What became of one task: a signed receipt, or a fault of the node, which is never settled. */
export type TaskExecution =
  | {
      readonly taskId: Hash;
      readonly receipt: Receipt;
      readonly signature: Uint8Array;
      readonly entry: LogEntry | null;
      readonly sealedOutput: Uint8Array;
    }
  | { readonly taskId: Hash; readonly error: EnigmaError };

/** The ecalls of a worker (ARCHITECTURE 3). A call to an enclave that is gone rejects with `enclave-gone`. */
export interface WorkerEnclave extends NodeEnclave {
  requestContractKeys(request: { epoch: bigint; contracts: KeyHolder[] }): Promise<{ readonly request: Uint8Array }>;
  acceptContractKeys(grant: { grant: Uint8Array; now: bigint }): Promise<unknown>;
  loadModule(module: { module: Uint8Array; rules: number }): Promise<unknown>;
  loadLog(log: { secretContract: Address; codeHash: Hash; entries: LogEntry[]; expectedTip: Hash }): Promise<unknown>;
  executeTasks(batch: { epoch: bigint; tasks: EnclaveTask[] }): Promise<TaskExecution[]>;
  settle(outcome: { secretContract: Address; taskId: Hash; committed: boolean }): Promise<{ readonly tip: Hash }>;
  releaseOutput(output: { sealedOutput: Uint8Array; outcome: number }): Promise<{ readonly output: Uint8Array }>;
  contractState(contract: { secretContract: Address }): Promise<{ readonly tip: Hash; readonly length: bigint; readonly pending: bigint }>;
}
