import type { Result } from "ethers";
import { type Address, type Hash, type Hex, hash } from "../protocol/hex.ts";
import { enigmaInterface, tokenInterface } from "./enigma-interface.ts";
import { addressOf, type EthereumEndpoint } from "./ethereum-endpoint.ts";

/** What Ethereum knows of a secret contract. */
export interface ContractInfo {
  /** Zero if there is no such contract. */
  readonly codeHash: Hash;
  readonly group: Address;
}

/** What was fixed when the Enigma contract was deployed, as far as it concerns users; base units of ENG. */
export interface Prices {
  /** Of a unit of Ethereum gas that a task's calls use. */
  readonly callGasPrice: bigint;
  /** The least gas price of a task whose input comes with its record. */
  readonly postedGasPrice: bigint;
}

/** Facts that stand in the Enigma contract, read at the latest block of the signer's own endpoint. */
export class EnigmaReader {
  readonly #endpoint: EthereumEndpoint;
  readonly #enigma: Address;
  #parameters: Promise<Result> | undefined;

  constructor(endpoint: EthereumEndpoint, enigma: Address) {
    this.#endpoint = endpoint;
    this.#enigma = enigma;
  }

  /** Whether there is any contract at the Enigma address. */
  async exists(): Promise<boolean> {
    return (await this.#endpoint.request<Hex>("eth_getCode", [this.#enigma, "latest"])) !== "0x";
  }

  async blockNumber(): Promise<bigint> {
    return BigInt(await this.#endpoint.request<Hex>("eth_blockNumber"));
  }

  async principalSigner(): Promise<Address> {
    return addressOf(await this.#value("principalSigner"));
  }

  /** Where the deployment `taskId` puts its contract. */
  async contractAddress(taskId: Hash): Promise<Address> {
    return addressOf(await this.#value("contractAddress", taskId));
  }

  async taskSlot(taskId: Hash): Promise<Hash> {
    return hash(String(await this.#value("taskSlots", taskId)));
  }

  async contractInfo(secretContract: Address): Promise<ContractInfo> {
    const [codeHash, group] = await this.#values("contractInfo", [secretContract]);
    return { codeHash: hash(String(codeHash)), group: addressOf(group) };
  }

  /** The state hash of a contract, now or at the end of a block that the endpoint still remembers. */
  async tip(secretContract: Address, blockNumber?: bigint): Promise<Hash> {
    const [tip] = await this.#values("tips", [secretContract], blockNumber);
    return hash(String(tip));
  }

  async currentEpoch(): Promise<bigint> {
    return BigInt((await this.#value("currentEpoch")) as bigint);
  }

  /** The worker that serves a group of contracts in an epoch; zero if there is none. */
  async selectedWorker(epoch: bigint, group: Address): Promise<Address> {
    return addressOf(await this.#value("selectedWorker", epoch, group));
  }

  /** The address of the signing key of a worker's enclave; zero if the worker is unknown. */
  async workerSigner(worker: Address): Promise<Address> {
    return addressOf(((await this.#value("worker", worker)) as Result).signer);
  }

  /** Deposited ENG in base units. */
  async balance(account: Address): Promise<bigint> {
    return BigInt((await this.#value("balances", account)) as bigint);
  }

  /** The ENG token. */
  async token(): Promise<Address> {
    return addressOf((await this.#fixed()).token);
  }

  async prices(): Promise<Prices> {
    const { callGasPrice, postedGasPrice } = (await this.#fixed()).settings as Result;
    return { callGasPrice: BigInt(callGasPrice), postedGasPrice: BigInt(postedGasPrice) };
  }

  /** Nonce of the next EIP-2612 permit of `owner`. */
  async permitNonce(token: Address, owner: Address): Promise<bigint> {
    const data = await this.#endpoint.call(token, tokenInterface.encodeFunctionData("nonces", [owner]));
    return tokenInterface.decodeFunctionResult("nonces", data)[0] as bigint;
  }

  /** EIP-712 domain of the token's permits, as EIP-5267 tells it. */
  async permitDomain(token: Address): Promise<{ name: string; version: string }> {
    const data = await this.#endpoint.call(token, tokenInterface.encodeFunctionData("eip712Domain"));
    const [, name, version] = tokenInterface.decodeFunctionResult("eip712Domain", data);
    return { name: String(name), version: String(version) };
  }

  /** What never changes is read once. */
  #fixed(): Promise<Result> {
    this.#parameters ??= this.#value("parameters").then((value) => value as Result);
    this.#parameters.catch(() => {
      this.#parameters = undefined;
    });
    return this.#parameters;
  }

  async #value(name: string, ...args: readonly unknown[]): Promise<unknown> {
    return (await this.#values(name, args))[0];
  }

  async #values(name: string, args: readonly unknown[], blockNumber?: bigint): Promise<Result> {
    const calldata = enigmaInterface.encodeFunctionData(name, args);
    const data = await this.#endpoint.call(this.#enigma, calldata, { blockNumber });
    return enigmaInterface.decodeFunctionResult(name, data);
  }
}
