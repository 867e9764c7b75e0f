/**
 * Typed reads of the Enigma contract. Every read takes the block whose end it looks at, by number; "latest" by default.
 * Reads that are made in the same turn of the event loop go out together.
 */
import { Interface, type Result } from "ethers";
import type { EnigmaDomain } from "../protocol/eip712-domain.ts";
import { type Address, address, type Hash, type Hex, hash } from "../protocol/hex.ts";
import type { SnapshotWorker } from "../protocol/selection.ts";
import { type BlockTag, callContract } from "./call-contract.ts";
import { enigmaAbi } from "./generated/enigma-abi.ts";
import type { JsonRpcConnection } from "./json-rpc-connection.ts";

export interface ContractInfo {
  readonly codeHash: Hash;
  readonly group: Address;
  readonly rules: number;
}

/** The epoch that rules a block; number 0 before the first. */
export interface RulingEpoch {
  readonly number: bigint;
  readonly seed: Hash;
  readonly firstBlock: bigint;
  readonly totalStake: bigint;
}

/** The epoch that was set last; it may not have started. */
export interface LatestEpoch extends RulingEpoch {
  readonly snapshotBlock: bigint;
}

export interface Snapshot {
  readonly workers: readonly SnapshotWorker[];
  readonly snapshotHash: Hash;
}

export interface RegisteredWorker {
  /** The zero address if it is not registered. */
  readonly signer: Address;
  readonly encryptionKey: Hash;
  readonly stake: bigint;
  readonly loggedIn: boolean;
  /** Block of the last change of what a snapshot counts. */
  readonly changedAt: bigint;
}

export interface EnigmaParameters {
  readonly token: Address;
  readonly owner: Address;
  readonly epochBlocks: bigint;
  readonly epochGraceBlocks: bigint;
  readonly taskTimeoutBlocks: bigint;
  readonly evidenceBlocks: bigint;
  /** Base units of ENG for a unit of Ethereum gas that a task's calls use. */
  readonly callGasPrice: bigint;
  /** Base units of ENG for a unit of gas, at least, where a task is recorded with its input. */
  readonly postedGasPrice: bigint;
  /** Gas that such tasks of one group may ask for in one epoch: each at most a quarter, and counted as at least a 200th. */
  readonly postedGasQuota: bigint;
}

const abi = new Interface(enigmaAbi);

export class EnigmaContract {
  readonly connection: JsonRpcConnection;
  readonly domain: EnigmaDomain;

  constructor(connection: JsonRpcConnection, domain: EnigmaDomain) {
    this.connection = connection;
    this.domain = domain;
  }

  get address(): Address {
    return this.domain.enigma;
  }

  /** Zero, the hash of the record, or the outcome. */
  async taskSlot(taskId: Hash, block?: BlockTag): Promise<Hash> {
    return hash((await this.#read("taskSlots", [taskId], block))[0]);
  }

  /** The state hash of a secret contract. */
  async tip(secretContract: Address, block?: BlockTag): Promise<Hash> {
    return hash((await this.#read("tips", [secretContract], block))[0]);
  }

  /** Base units of ENG that an account can spend or withdraw. */
  async balance(account: Address, block?: BlockTag): Promise<bigint> {
    return (await this.#read("balances", [account], block))[0];
  }

  /** Undefined where no secret contract is deployed. */
  async contractInfo(secretContract: Address, block?: BlockTag): Promise<ContractInfo | undefined> {
    const [codeHash, group, rules] = await this.#read("contractInfo", [secretContract], block);
    if (BigInt(codeHash) === 0n) return undefined;
    return { codeHash: hash(codeHash), group: address(group), rules: Number(rules) };
  }

  /** Undefined before the principal is registered. */
  async principalSigner(block?: BlockTag): Promise<Address | undefined> {
    const signer = address((await this.#read("principalSigner", [], block))[0]);
    return BigInt(signer) === 0n ? undefined : signer;
  }

  async currentEpoch(block?: BlockTag): Promise<RulingEpoch> {
    const [number, seed, firstBlock, totalStake] = await this.#read("currentEpoch", [], block);
    return { number, seed: hash(seed), firstBlock, totalStake };
  }

  async latestEpoch(block?: BlockTag): Promise<LatestEpoch> {
    const [number, seed, snapshotBlock, firstBlock, totalStake] = await this.#read("latestEpoch", [], block);
    return { number, seed: hash(seed), snapshotBlock, firstBlock, totalStake };
  }

  /** The block whose snapshot the next epoch must take; undefined for the first epoch, which takes any of the last 256. */
  async scheduledSnapshotBlock(block?: BlockTag): Promise<bigint | undefined> {
    const [scheduled] = await this.#read("scheduledSnapshotBlock", [], block);
    return scheduled === 0n ? undefined : scheduled;
  }

  /** Workers and stakes at the end of `snapshotBlock`, as an epoch with that snapshot counts them. */
  async snapshotAt(snapshotBlock: bigint, block?: BlockTag): Promise<Snapshot> {
    const [workers, stakes, snapshotHash] = await this.#read("snapshotAt", [snapshotBlock], block);
    return { workers: snapshotWorkers(workers, stakes), snapshotHash: hash(snapshotHash) };
  }

  /** The snapshot of an epoch that is set. */
  async epochWorkers(number: bigint, block?: BlockTag): Promise<SnapshotWorker[]> {
    const [workers, stakes] = await this.#read("epochWorkers", [number], block);
    return snapshotWorkers(workers, stakes);
  }

  /** The worker that serves a group in an epoch; undefined if that epoch has none. */
  async selectedWorker(number: bigint, group: Address, block?: BlockTag): Promise<Address | undefined> {
    const selected = address((await this.#read("selectedWorker", [number, group], block))[0]);
    return BigInt(selected) === 0n ? undefined : selected;
  }

  async worker(account: Address, block?: BlockTag): Promise<RegisteredWorker> {
    const { signer, encryptionKey, stake, loggedIn, changedAt } = (
      await this.#read("worker", [account], block)
    )[0].toObject();
    return { signer: address(signer), encryptionKey: hash(encryptionKey), stake, loggedIn, changedAt };
  }

  /** The workers that snapshots look at, in the order in which they logged in for the first time. */
  async workerAddresses(block?: BlockTag): Promise<Address[]> {
    return Array.from((await this.#read("workerAddresses", [], block))[0] as string[], (text) => address(text));
  }

  /** What was fixed when the contract was deployed. */
  async parameters(): Promise<EnigmaParameters> {
    const { token, owner, settings } = (await this.#read("parameters", []))[0].toObject();
    return { token: address(token), owner: address(owner), ...settings.toObject() };
  }

  async #read(name: string, args: readonly unknown[], block: BlockTag = "latest"): Promise<Result> {
    const data = abi.encodeFunctionData(name, args) as Hex;
    return abi.decodeFunctionResult(name, await callContract(this.connection, this.address, data, { block }));
  }
}

function snapshotWorkers(workers: readonly string[], stakes: readonly bigint[]): SnapshotWorker[] {
  return Array.from(workers, (worker, index) => ({
    address: address(worker),
    cumulativeStake: stakes[index] ?? 0n,
  }));
}
