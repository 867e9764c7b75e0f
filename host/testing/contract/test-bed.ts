/** What a test runs contracts in: an enclave of its own, or a whole network. Tests of contracts work on either. */
import type { Abi } from "abitype";
import type { ConstructorArguments } from "../../client/abi-types.ts";
import type { Hash } from "../../protocol/hex.ts";
import type { Account, Accounts } from "./account.ts";
import type { CallResult } from "./call-result.ts";
import type { CallOptions, Executor, Snapshot } from "./executor.ts";
import type { ContractOf } from "./test-contract.ts";

/**
 * The ABIs of the project's contracts by their artifacts' names. Empty here: `enigma compile` writes an entry for each, so that
 * names and arguments are typed.
 */
// biome-ignore lint/suspicious/noEmptyInterface: artifacts add to it
export interface Artifacts {}

/** The ABI of an artifact; any ABI where TypeScript does not know the name. */
export type AbiOf<N extends string> = N extends keyof Artifacts ? (Artifacts[N] extends Abi ? Artifacts[N] : Abi) : Abi;

/** Names of artifacts, known ones first where an editor completes. */
export type ArtifactName = (keyof Artifacts & string) | (string & {});

/** A contract without an artifact. */
export interface ContractCode<abi extends Abi = Abi> {
  readonly module: Uint8Array;
  /** As an object, or the JSON text of one. */
  readonly abi: abi | string;
  /** Stands in traces and logs. */
  readonly name?: string;
}

/** What a deployment may choose. */
export interface DeployOptions extends Omit<CallOptions, "touches"> {
  /** A deployed contract whose group the new one joins, so that they can call each other. None by default. */
  readonly group?: string | { readonly address: string };
}

/** Arguments of a constructor; any where the ABI is not known. */
export type DeployArguments<abi extends Abi> = Abi extends abi ? readonly unknown[] : ConstructorArguments<abi>;

/** A contract, and what its deployment came to. */
export type Deployed<abi extends Abi> = ContractOf<abi> & { readonly deployment: CallResult<undefined> };

/** The clock of Ethereum in a test. */
export interface TestTime {
  /** Lets the next block come so many seconds later. */
  increase(seconds: bigint | number): Promise<void>;
  /** Gives the next block a time. @throws EnigmaError `time-not-later` unless it is later than the last block's */
  setNext(unixSeconds: bigint | number): Promise<void>;
  /** Unix seconds of the last block. */
  now(): Promise<bigint>;
}

/** What `createEnclave` and `createNetwork` have in common. */
export interface TestBed extends AsyncDisposable {
  readonly accounts: Accounts;
  readonly executor: Executor;
  /** What all keys and random bytes of the bed come from. */
  readonly seed: Hash;
  readonly time: TestTime;

  /** Deploys an artifact by its name. @throws CallFailed if its constructor fails; EnigmaError `artifact-missing` */
  deploy<const N extends ArtifactName>(
    name: N,
    args?: DeployArguments<AbiOf<N>>,
    options?: DeployOptions,
  ): Promise<Deployed<AbiOf<N>>>;
  /** Deploys a module. */
  deploy<const abi extends Abi>(
    code: ContractCode<abi>,
    args?: DeployArguments<abi>,
    options?: DeployOptions,
  ): Promise<Deployed<abi>>;

  /** A contract that is deployed in this bed. @throws EnigmaError `contract-not-deployed` */
  contractAt<const N extends ArtifactName>(name: N, address: string): Promise<ContractOf<AbiOf<N>>>;
  contractAt<const abi extends Abi>(code: ContractCode<abi>, address: string): Promise<ContractOf<abi>>;

  snapshot(): Promise<Snapshot>;
  /** Goes back to a snapshot: contracts, time, blocks and epoch. */
  revert(snapshot: Snapshot): Promise<void>;
  /** Closes so many blocks, one by default. */
  mine(blocks?: number): Promise<void>;
  /** Lets the next epoch rule; resolves to its number. */
  advanceEpoch(): Promise<bigint>;
  /** An account of which no key is known: calls come from its address. */
  impersonate(address: string): Account;
  /** Base units of ENG for a unit of gas, of calls from now on. */
  setGasPrice(price: bigint | number): Promise<void>;
  close(): Promise<void>;
}
