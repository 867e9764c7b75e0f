/** What callers of the client choose and are given. */
import type { Abi } from "abitype";
import type { Signer } from "ethers";
import type { Hash } from "../protocol/hex.ts";
import type { ConstructorArguments } from "./abi-types.ts";
import type { BlockRange } from "./event-log.ts";
import type { ModuleChecker } from "./module-check.ts";
import type { SecretContractBase } from "./secret-contract.ts";
import type { Task } from "./task.ts";
import type { DeploymentTerms } from "./task-terms.ts";

export interface ConnectOptions {
  /** JSON-RPC URL of any worker of the network. */
  readonly rpc: string;
  /** The account that orders and pays; its provider must speak JSON-RPC. */
  readonly signer: Signer;
  /** Address of the Enigma contract; by default the one that the gateway names. */
  readonly enigma?: string;
  /** Base units of ENG for a unit of gas, where a task does not say. 10^9 by default. */
  readonly gasPrice?: bigint;
  /** Random bytes for keys and nonces; by default the platform's. With the same bytes a client does the same. */
  readonly random?: (length: number) => Uint8Array;
  readonly fetch?: typeof globalThis.fetch;
  /** Checks modules before they are deployed; false leaves it to the gateway. */
  readonly checkModule?: ModuleChecker | false;
}

export interface DeployOptions<abi> extends DeploymentTerms {
  readonly module: Uint8Array;
  readonly abi: abi;
  /** The constructor's arguments. */
  readonly args?: abi extends Abi ? ConstructorArguments<abi> : readonly unknown[];
}

/** Which events of a contract are asked for. */
export interface EventQuery<abi> extends BlockRange {
  /** The contract's address. */
  readonly contract: string;
  readonly abi: abi;
  /** Only events of this name; all by default. */
  readonly name?: string;
}

/** Which private events are asked for: those that a contract encrypted to a key. */
export interface PrivateEventQuery<abi> extends Omit<EventQuery<abi>, "name"> {
  /** X25519, 32 bytes. */
  readonly secretKey: Uint8Array;
}

/** A call that somebody else will order. */
export interface InputRequest {
  /** Who will order the task: the address of a Solidity contract, or any other account. */
  readonly sender: string;
  /** The nonce that it will take; by default the one of `_orderEncrypted` in `OrdersSecretTasks`, which follows from the input's key. */
  readonly nonce?: bigint | number;
  /** The secret contract. */
  readonly contract: SecretContractBase;
  /** Name or signature of the function. */
  readonly method: string;
  readonly args?: readonly unknown[];
}

/** An input to hand to whoever orders the task. */
export interface PreparedInput {
  readonly input: Uint8Array;
  readonly userKey: Uint8Array;
  readonly taskId: Hash;
  /** The task must be ordered while this epoch may still be named. */
  readonly epoch: bigint;
  /**
   * Waits until the task is on record, then follows it as one's own.
   *
   * @param timeout milliseconds to wait for the record; 60,000 by default @throws `task-not-ordered`
   */
  follow(timeout?: number): Promise<Task<unknown>>;
}
