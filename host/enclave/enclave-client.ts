/** The ecalls of an enclave as typed calls, and what all roles share. Every answer's shape is checked before it is used. */

import type { Effect } from "../protocol/effect.ts";
import type { EnigmaError } from "../protocol/errors/enigma-error.ts";
import type { Address, Hash } from "../protocol/hex.ts";
import type { LogEntry } from "../protocol/log-entry.ts";
import type { Outcome } from "../protocol/outcome.ts";
import type { Receipt } from "../protocol/receipt.ts";
import type { ViewParams } from "../protocol/view-rpc-types.ts";

/** Who an enclave is, fixed when its keys were made. */
export interface EnclaveIdentity {
  /** The address of its signing key. */
  readonly signer: Address;
  /** Its X25519 public key: 32 bytes. */
  readonly encryptionKey: Uint8Array;
  readonly mrEnclave: Hash;
  readonly mrSigner: Hash;
  readonly debug: boolean;
  /** Whether its keys were made in this start. */
  readonly created: boolean;
}

/** A quote and what a verifier needs beside it. */
export interface Quote {
  readonly quote: Uint8Array;
  readonly collateral: Uint8Array;
}

/** What all roles offer. */
export interface Enclave {
  readonly identity: EnclaveIdentity;
  /** A DCAP quote over the enclave's keys and role. */
  quote(): Promise<Quote>;
  /** Ends the enclave; calls under way reject with `enclave-gone`. */
  close(): Promise<void>;
  /** Resolves when the enclave is gone, with the reason where it was not closed from here. */
  readonly closed: Promise<Error | undefined>;
  /** The id of its process; undefined where it runs in this one. */
  readonly pid: number | undefined;
}

/** The attested keys of a worker or an auditor, and the proof of them. */
export interface EnclaveEvidence extends Quote {
  readonly signer: Address;
  readonly encryptionKey: Uint8Array;
  /** Seconds since 1970, by the chain's clock. */
  readonly now: bigint;
}

/** One worker of an epoch's snapshot. */
export interface SnapshotMember {
  readonly address: Address;
  readonly signer: Address;
  readonly cumulativeStake: bigint;
}

/** What an epoch is made of. */
export interface EpochRequest {
  readonly number: bigint;
  readonly snapshotBlock: bigint;
  readonly blockHash: Hash;
  readonly firstBlock: bigint;
  readonly workers: readonly SnapshotMember[];
}

/** A contract with what its keys are made from. */
export interface WantedContract {
  readonly secretContract: Address;
  readonly codeHash: Hash;
  readonly group: Address;
}

/** A contract running some code in some epoch. */
export interface ContractKeyName extends WantedContract {
  readonly epoch: bigint;
}

/** An enclave that a principal's enclave has admitted. */
export interface AdmittedEnclave {
  readonly signer: Address;
  readonly encryptionKey: Uint8Array;
  readonly mrEnclave: Hash;
}

/** The ecalls of a principal. */
export interface PrincipalEnclave extends Enclave {
  /** Verifies a worker's quote and holds the worker as admitted until the enclave ends. */
  admitWorker(evidence: EnclaveEvidence): Promise<AdmittedEnclave>;
  /** Verifies an auditor's quote and holds the auditor as admitted. @throws `auditors-refused` by a principal made for none */
  admitAuditor(evidence: EnclaveEvidence): Promise<AdmittedEnclave>;
  signEpoch(epoch: EpochRequest): Promise<{ seed: Hash; snapshotHash: Hash; signature: Uint8Array }>;
  certifyContractKey(name: ContractKeyName): Promise<{ publicKey: Uint8Array; signature: Uint8Array }>;
  grantContractKeys(request: { request: Uint8Array }): Promise<{ grant: Uint8Array }>;
}

/** A contract that a task may touch beside the called one. */
export interface TouchedCode {
  readonly secretContract: Address;
  readonly codeHash: Hash;
}

/** A task as the enclave takes it: `record` is its `abi.encode`, 480 bytes. */
export interface EnclaveTask {
  readonly record: Uint8Array;
  readonly input: Uint8Array;
  readonly userKey: Uint8Array;
  readonly group: Address;
  /** In ascending order, as the record's `touchesHash` names them. */
  readonly touches: readonly TouchedCode[];
}

/** What a task appended to the log of one contract: its delta, and a checkpoint where one was due. */
export interface ContractLog {
  readonly secretContract: Address;
  readonly entries: readonly LogEntry[];
}

/** What became of one task: a signed receipt, or a fault of the node, which is never settled. */
export type TaskExecution =
  | {
      readonly taskId: Hash;
      readonly receipt: Receipt;
      readonly signature: Uint8Array;
      /** In the order of the receipt's moves; empty for a failed task. */
      readonly logs: readonly ContractLog[];
      /** What the receipt's `effectsHash` names, in order. */
      readonly effects: readonly Effect[];
      readonly sealedOutput: Uint8Array;
    }
  | { readonly taskId: Hash; readonly error: EnigmaError };

/** The state hash that a contract has after something was settled. */
export interface ContractTip {
  readonly secretContract: Address;
  readonly tip: Hash;
}

/** Entries of a contract's log, on their way into the enclave. */
export interface LogToLoad extends WantedContract {
  /** The state hash before the first entry: the enclave's tip, or that before a checkpoint, or zero. */
  readonly stateBefore: Hash;
  readonly entries: readonly LogEntry[];
  readonly expectedTip: Hash;
}

/** A view as the enclave takes it. */
export interface ViewRequest extends ViewParams, WantedContract {
  /** Number and time (seconds) of the newest block. */
  readonly blockNumber: bigint;
  readonly timestamp: bigint;
}

/** What a developer may see of an executed task, in the debug package. */
export interface Inspection {
  readonly logs: readonly string[];
  /** The decrypted calldata or constructor arguments; empty where the input did not decrypt. */
  readonly input: Uint8Array;
  /** Number of the ending. */
  readonly ending: number;
  readonly payload: Uint8Array;
}

/** How keys, modules and logs come into an enclave that executes tasks. */
export interface SuppliedEnclave extends Enclave {
  requestContractKeys(request: {
    epoch: bigint;
    contracts: readonly WantedContract[];
  }): Promise<{ request: Uint8Array }>;
  acceptContractKeys(grant: {
    grant: Uint8Array;
    now: bigint;
  }): Promise<{ accepted: { secretContract: Address; epoch: bigint }[] }>;
  loadModule(module: { module: Uint8Array; rules: number }): Promise<{ codeHash: Hash }>;
  loadLog(log: LogToLoad): Promise<{ tip: Hash; length: bigint }>;
}

/** A task that has ended, with what stands on Ethereum and in the logs about it. */
export interface SettledTask {
  /** Of execution. */
  readonly epoch: bigint;
  readonly task: EnclaveTask;
  readonly outcome: Outcome;
  readonly receipt: Receipt;
  /** Of the receipt, by the enclave of a worker: 65 bytes. */
  readonly signature: Uint8Array;
  /** As its user got it; null where it cannot be had. */
  readonly output: Uint8Array | null;
  /** In the order of the receipt's moves; empty unless it committed. */
  readonly logs: readonly ContractLog[];
}

/** The fields that are compared, in this order. */
export const REPLAYED_FIELDS = [
  ...(["moves", "outputHash", "gasUsed", "effectsHash", "status", "logs", "output"] as const),
] as const;

export type ReplayedField = (typeof REPLAYED_FIELDS)[number];

/** The first field in which a replay differs: a hash or a number of each side. */
export interface Difference {
  readonly field: ReplayedField;
  readonly expected: Uint8Array;
  readonly actual: Uint8Array;
}

/** The ecalls of an auditor. */
export interface AuditorEnclave extends SuppliedEnclave {
  /** Executes the task on the states that are loaded; undefined where all is equal, and then they have moved on. */
  replayTask(settled: SettledTask): Promise<Difference | undefined>;
}

/** The ecalls of a worker. */
export interface WorkerEnclave extends SuppliedEnclave {
  /** The enclave's word that it serves this account, 65 bytes. */
  signRegistration(registration: { worker: Address }): Promise<{ signature: Uint8Array }>;
  executeTasks(batch: { epoch: bigint; tasks: readonly EnclaveTask[] }): Promise<TaskExecution[]>;
  /** Makes a pending task of the group, and all before it, final; or undoes it and all after it. */
  settle(outcome: { group: Address; taskId: Hash; committed: boolean }): Promise<{ tips: ContractTip[] }>;
  releaseOutput(output: {
    sealedOutput: Uint8Array;
    outcome: number;
    proof?: Uint8Array;
  }): Promise<{ output: Uint8Array }>;
  /** Answers a question on the committed state. `tip` is the state hash that it was answered on. */
  view(request: ViewRequest): Promise<{ output: Uint8Array; tip: Hash; signature: Uint8Array }>;
  contractState(contract: { secretContract: Address }): Promise<{ tip: Hash; length: bigint; pending: bigint }>;
  /** @throws `ecall-unknown` in the release package */
  inspect(task: { taskId: Hash }): Promise<Inspection>;
}
