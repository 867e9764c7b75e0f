/** What comes of a replay: data, whether all is equal or not. */
import type { ReplayedField } from "../enclave/enclave-client.ts";
import type { Address, Hash, Hex } from "../protocol/hex.ts";
import type { OutcomeName } from "../protocol/outcome.ts";
import type { TaskKind } from "../protocol/task-record.ts";

/**
 * The first field that differs. `signature`: the receipt that Ethereum took is signed by no enclave of a worker that the principal
 * admitted, so that nothing was executed. `tip`: the state hash at the end of a contract's history.
 */
export interface ReplayDifference {
  readonly field: ReplayedField | "signature" | "tip";
  /** As Ethereum and the logs have it: a hash, a number, or of `signature` what should have signed. */
  readonly expected: Hex | string;
  /** As replayed. Of `moves` and `logs` the hash of all of them. */
  readonly actual: Hex | string;
}

/** A field that was compared, and what it is in words. */
export interface ComparedField {
  readonly field: ReplayedField;
  readonly value: string;
}

/** A task that was executed once more. */
export interface ReplayedTask {
  readonly verdict: "equal" | "different";
  readonly taskId: Hash;
  readonly secretContract: Address;
  readonly kind: TaskKind;
  readonly outcome: Exclude<OutcomeName, "refunded">;
  readonly rules: number;
  /** Of execution. */
  readonly epoch: bigint;
  readonly blockNumber: bigint;
  readonly transactionHash: Hash;
  readonly gasUsed: bigint;
  /** In this order; where there is a difference, those before it. */
  readonly compared: readonly ComparedField[];
  readonly difference: ReplayDifference | null;
}

/** A task that nobody executed, so that there is nothing to replay. */
export interface RefundedTask {
  readonly verdict: "task-refunded";
  readonly taskId: Hash;
  readonly secretContract: Address;
}

export type Replay = ReplayedTask | RefundedTask;

/** A contract's whole history, replayed. */
export interface Audit {
  readonly verdict: "equal" | "different";
  readonly secretContract: Address;
  /** All contracts whose histories belong together, since tasks touched several of them. */
  readonly contracts: readonly Address[];
  /** The block up to which the history goes. */
  readonly blockNumber: bigint;
  /** Tasks that were replayed and equal. */
  readonly tasks: number;
  /** How many of them ended how. */
  readonly outcomes: Readonly<Record<Exclude<OutcomeName, "refunded">, number>>;
  readonly gasUsed: bigint;
  /** The state hash of the contract at that block. */
  readonly tip: Hash;
  /** The first difference, with the task that it is in (null for the tip's). */
  readonly difference: (ReplayDifference & { readonly taskId: Hash | null }) | null;
}

export interface AuditProgress {
  /** Tasks replayed so far. */
  readonly done: number;
  readonly total: number;
  readonly task: ReplayedTask;
}
