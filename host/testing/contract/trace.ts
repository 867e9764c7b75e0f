/** How a call ran: contracts, functions, host calls, with their gas. */
import type { Address } from "../../protocol/hex.ts";

/** A function of a contract's module. */
export interface FunctionFrame {
  readonly kind: "function";
  /** From the module's name section, demangled; `function 12` where it has none. */
  readonly name: string;
  /** Its index in the module. */
  readonly index: number;
  /** Gas between its first and last instruction, of all that it called included. */
  readonly gas: bigint;
  /** False where the run ended inside it. */
  readonly returned: boolean;
  readonly children: readonly TraceFrame[];
}

/** A call of the host interface. */
export interface HostFrame {
  readonly kind: "host";
  /** Such as `storage-get`. */
  readonly name: string;
  /** As the interface names them. Bytes are hex, numbers `bigint` or `number`. */
  readonly args: readonly TraceValue[];
  /** Undefined where the interface has none, or where it did not return. */
  readonly result: string | bigint | number | null | undefined;
  readonly gas: bigint;
  readonly returned: boolean;
  /** Of `call-contract`: the contract that ran. */
  readonly children: readonly TraceFrame[];
}

export interface TraceValue {
  readonly name: string;
  readonly value: string | bigint | number;
}

/** A contract that ran: the called one, or one that it called. */
export interface ContractFrame {
  readonly kind: "contract";
  readonly contract: Address;
  /** The artifact's name, where the bed knows it. */
  readonly name: string | undefined;
  /** Such as `transfer(address,uint256)`, or `constructor`; null for calldata that its ABI does not explain. */
  readonly function: string | null;
  /** Decoded by the ABI. */
  readonly args: readonly TraceArgument[];
  /** The gas of its run, memory and result included, intrinsic gas not. */
  readonly gas: bigint;
  /** `returned`, `reverted TooPoor(1, 2)`, `trapped unreachable`, … */
  readonly ending: string;
  /** The result, decoded; undefined unless it returned one. */
  readonly result: unknown;
  readonly children: readonly TraceFrame[];
}

export interface TraceArgument {
  readonly name: string;
  readonly type: string;
  /** As ethers decodes it. */
  readonly value: unknown;
}

export type TraceFrame = FunctionFrame | HostFrame | ContractFrame;

/** A trace as data; as text it is a tree. */
export interface Trace {
  readonly root: ContractFrame;
  /** Gas before the contract's first instruction: of the input, and of a deployed module. */
  readonly intrinsicGas: bigint;
  /** Frames of a long run that are not in the tree. */
  readonly omitted: number;
  /** Of the whole call: what its result says, too. */
  readonly gasUsed: bigint;
  toString(): string;
}
