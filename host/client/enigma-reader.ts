import type { Result } from "ethers";
import { type Address, type Hash, type Hex, hash } from "../protocol/hex.ts";
import { enigmaInterface, tokenInterface } from "./enigma-interface.ts";
import { addressOf, type EthereumEndpoint } from "./ethereum-endpoint.ts";

/** Facts that stand in the Enigma contract, read at the latest block of the signer's own endpoint. */
export class EnigmaReader {
  readonly #endpoint: EthereumEndpoint;
  readonly #enigma: Address;

  constructor(endpoint: EthereumEndpoint, enigma: Address) {
    this.#endpoint = endpoint;
    this.#enigma = enigma;
  }

  /** Whether there is any contract at the Enigma address. */
  async exists(): Promise<boolean> {
    return (await this.#endpoint.request<Hex>("eth_getCode", [this.#enigma, "latest"])) !== "0x";
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

  /** Code hash of a secret contract; zero if there is none. */
  async codeHash(secretContract: Address): Promise<Hash> {
    return hash(String(await this.#value("contractInfo", secretContract)));
  }

  /** Deposited ENG in base units. */
  async balance(account: Address): Promise<bigint> {
    return BigInt((await this.#value("balances", account)) as bigint);
  }

  /** The ENG token. */
  async token(): Promise<Address> {
    return addressOf(((await this.#value("parameters")) as Result).token);
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

  async #value(name: string, ...args: readonly unknown[]): Promise<unknown> {
    const data = await this.#endpoint.call(this.#enigma, enigmaInterface.encodeFunctionData(name, args));
    return enigmaInterface.decodeFunctionResult(name, data)[0];
  }
}
