/**
 * What a node tells an observer about its work: what passed through its hands, by size and hash, never in plaintext. The
 * local network prints the five steps of a task from these.
 */
import type { Address, Hash } from "./hex.ts";
import type { OutcomeName } from "./outcome.ts";

/** How a task reached a worker: from its user, by gossip, from a peer that was asked, or with its record on Ethereum. */
export type TaskSource = "user" | "gossip" | "peer" | "chain";

export type NodeEvent =
  | {
      readonly kind: "task-received";
      readonly taskId: Hash;
      readonly source: TaskSource;
      readonly secretContract: Address;
      readonly inputBytes: number;
      readonly inputHash: Hash;
      /** The selected worker. */
      readonly worker: Address;
    }
  | { readonly kind: "task-gossiped"; readonly taskId: Hash; readonly messageBytes: number }
  | { readonly kind: "task-started"; readonly taskId: Hash; readonly secretContract: Address }
  | {
      readonly kind: "task-executed";
      readonly taskId: Hash;
      readonly status: number;
      readonly gasUsed: bigint;
      readonly outputHash: Hash;
      readonly stateBefore: Hash;
      readonly stateAfter: Hash;
      /** Bytes of the encrypted delta; 0 where there is none. */
      readonly entryBytes: number;
      /** Time of the ecall, shared by the tasks of its batch. */
      readonly milliseconds: number;
      readonly batch: number;
    }
  | {
      readonly kind: "receipts-committed";
      readonly taskIds: readonly Hash[];
      readonly transactionHash: Hash;
      readonly blockNumber: bigint;
      readonly ethereumGas: bigint;
      readonly milliseconds: number;
    }
  | { readonly kind: "receipt-refused"; readonly taskId: Hash; readonly reason: string }
  | {
      readonly kind: "task-settled";
      readonly taskId: Hash;
      readonly outcome: OutcomeName;
      readonly transactionHash: Hash;
    }
  | { readonly kind: "output-released"; readonly taskId: Hash; readonly outputBytes: number; readonly outputHash: Hash }
  | { readonly kind: "result-gossiped"; readonly taskId: Hash; readonly messageBytes: number }
  | { readonly kind: "result-received"; readonly taskId: Hash; readonly outputBytes: number }
  | {
      readonly kind: "keys-granted";
      readonly epoch: bigint;
      readonly contracts: readonly Address[];
      readonly grantBytes: number;
    }
  | {
      /** What a worker loaded ahead for the epoch that comes. */
      readonly kind: "hand-over-prepared";
      readonly epoch: bigint;
      readonly contracts: number;
      /** Entries of their logs. */
      readonly entries: number;
      readonly milliseconds: number;
    }
  | {
      /** A worker is ready to execute for all contracts that came to it at an epoch's turn. */
      readonly kind: "hand-over-done";
      readonly epoch: bigint;
      readonly contracts: number;
      /** Entries that were loaded after the turn. */
      readonly entries: number;
      /** From the epoch's turn on. */
      readonly milliseconds: number;
    }
  | {
      readonly kind: "view-answered";
      readonly secretContract: Address;
      /** The state that was asked, and a block at which it was the contract's tip. */
      readonly tip: Hash;
      readonly blockNumber: bigint;
      /** Bytes of ciphertext. */
      readonly inputBytes: number;
      readonly outputBytes: number;
      readonly milliseconds: number;
    }
  | { readonly kind: "enclave-started"; readonly signer: Address; readonly generation: number }
  | { readonly kind: "enclave-died"; readonly generation: number }
  | { readonly kind: "worker-registered"; readonly worker: Address; readonly quoteBytes: number }
  | { readonly kind: "worker-admitted"; readonly signer: Address; readonly quoteBytes: number }
  | { readonly kind: "auditor-admitted"; readonly signer: Address; readonly quoteBytes: number }
  | { readonly kind: "epoch-set"; readonly epoch: bigint; readonly workers: readonly Address[] };

/** An event with the node that saw it and the time in milliseconds. */
export type ObservedEvent = NodeEvent & { readonly node: Address; readonly at: number };

export type NodeObserver = (event: ObservedEvent) => void;
