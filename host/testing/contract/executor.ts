/**
 * What runs the calls of contracts in a test: the enclave of this process, or a whole network. Both take plain calldata and
 * give back what the caller and what an observer see of it, as bytes and numbers.
 */
import type { Effect } from "../../protocol/effect.ts";
import type { TaskEnding } from "../../protocol/ending.ts";
import type { Address } from "../../protocol/hex.ts";
import type { Account } from "./account.ts";
import type { Trace } from "./trace.ts";

/** What a caller may choose for a call; the last argument of a contract's method. */
export interface CallOptions {
  /** Who calls; the bed's first account by default, or whom the contract was connected to. */
  readonly from?: Account;
  /** Most gas that the call may use; the bed's by default. */
  readonly gasLimit?: bigint | number;
  /** Other contracts of the group that the call may touch, or their addresses; at most 7. Everybody sees them. */
  readonly touches?: readonly (string | { readonly address: string })[];
  /** Most Ethereum gas of the calls that it makes there. Nothing runs there in an enclave without a chain. */
  readonly callGasLimit?: bigint | number;
}

export const CALL_OPTIONS = [
  "from",
  "gasLimit",
  "touches",
  "callGasLimit",
] as const satisfies readonly (keyof CallOptions)[];

/** One execution, as an executor gets it. */
export interface ExecutionOrder {
  readonly contract: Address;
  /** Plaintext: selector and arguments. */
  readonly calldata: Uint8Array;
  readonly from: Account;
  /** Undefined: the bed's own. */
  readonly gasLimit: bigint | undefined;
  readonly callGasLimit: bigint | undefined;
  /** In ascending order, without the called contract and without duplicates. */
  readonly touches: readonly Address[];
  /** Whether it is asked as a view, which changes nothing. */
  readonly view: boolean;
}

/** How a task ended for everybody; a view is committed or failed. */
export type CallStatus = "committed" | "failed" | "callback-failed";

/** What somebody without any key sees of an execution, on Ethereum or at the host of a worker. */
export interface Observed {
  readonly status: CallStatus;
  readonly gasUsed: bigint;
  /** Bytes of the encrypted output. */
  readonly outputBytes: number;
  /** Bytes of the encrypted delta of each contract that the task may touch, the called one first, then ascending. Empty for a failed one. */
  readonly deltaBytes: readonly number[];
  /** Bytes of the encrypted checkpoints that followed each delta: 0 where none was due. */
  readonly checkpointBytes: readonly number[];
  /** Whether the state hashes moved. Every committed task moves them; what it wrote is not seen. */
  readonly stateChanged: boolean;
  /** Calls and events, as they reach Ethereum: private events encrypted. */
  readonly effects: readonly Effect[];
}

/** A private event as the one whom it is for reads it. */
export interface OpenedEvent {
  /** Place among the effects. */
  readonly index: number;
  /** Topic of the event's own signature ‖ its arguments. */
  readonly plaintext: Uint8Array;
}

/** How a call came out when it was executed once more. */
export interface Reexecution {
  /** By whom, in words. */
  readonly where: string;
  /** What was not the same, in words; undefined where all was. */
  readonly difference: string | undefined;
}

/** An execution that is over. */
export interface Executed {
  /** Null where the contract returned but a call to Ethereum that it required failed. */
  readonly ending: TaskEnding | null;
  /** What the contracts logged by `debug`, in order. */
  readonly logs: readonly string[];
  /** Those private events that the test can read. */
  readonly opened: readonly OpenedEvent[];
  readonly observed: Observed;
  /** Whether any value in the state of any touched contract is another than before; in plain text, so only a test bed can know. */
  changedState(): boolean | Promise<boolean>;
  /** Executes it once more elsewhere and compares all its bytes; undefined where there is nothing that could be compared. */
  readonly replay?: (() => Promise<readonly Reexecution[]>) | undefined;
  /** How it ran, found by running it again. @throws EnigmaError `trace-unavailable` */
  trace(): Trace | Promise<Trace>;
}

/** A point in time that a bed can go back to. It stays good until the bed is closed, however often it is used. */
export interface Snapshot {
  /** The bed it belongs to. */
  readonly bed: object;
}

/** Runs calls, and goes back in time. */
export interface Executor {
  /** Who calls where nobody is named. */
  readonly defaultAccount: Account;
  /** @throws EnigmaError for what is not executed at all, such as `contract-not-deployed` or `touches-invalid` */
  execute(order: ExecutionOrder): Executed | Promise<Executed>;
  snapshot(): Promise<Snapshot>;
  /** @throws EnigmaError `snapshot-unknown` for one of another bed */
  revert(snapshot: Snapshot): Promise<void>;
}
