import { Interface } from "ethers";
import { type Address, address, type Hash, type Hex } from "../protocol/hex.ts";
import { callContract } from "./call-contract.ts";
import { enigmaTokenAbi } from "./generated/enigma-token-abi.ts";
import type { JsonRpcConnection } from "./json-rpc-connection.ts";
import type {
  TransactionLog,
  TransactionReceipt,
  TransactionRequest,
  TransactionSender,
} from "./transaction-sender.ts";

/** Base units in one ENG. */
export const ENG = 10n ** 18n;

/** A permit for the token (EIP-2612). */
export interface TokenPermit {
  /** Seconds since 1970-01-01 UTC. */
  readonly deadline: bigint;
  readonly v: number;
  readonly r: Hash;
  readonly s: Hash;
}

const GAS_LIMIT = 100_000n;
const abi = new Interface(enigmaTokenAbi);

/** Typed access to ENG. Amounts are base units, 10^-18 ENG. */
export class TokenContract {
  readonly connection: JsonRpcConnection;
  readonly address: Address;

  constructor(connection: JsonRpcConnection, token: Address) {
    this.connection = connection;
    this.address = token;
  }

  async balanceOf(account: Address): Promise<bigint> {
    const data = abi.encodeFunctionData("balanceOf", [account]) as Hex;
    return BigInt(await callContract(this.connection, this.address, data));
  }

  /** All that there is: what was minted at the start and not burned since. */
  async totalSupply(): Promise<bigint> {
    return BigInt(await callContract(this.connection, this.address, abi.encodeFunctionData("totalSupply") as Hex));
  }

  async allowance(owner: Address, spender: Address): Promise<bigint> {
    const data = abi.encodeFunctionData("allowance", [owner, spender]) as Hex;
    return BigInt(await callContract(this.connection, this.address, data));
  }

  /** The number that the account's next permit must carry (EIP-2612). */
  async permitNonce(owner: Address): Promise<bigint> {
    const data = abi.encodeFunctionData("nonces", [owner]) as Hex;
    return BigInt(await callContract(this.connection, this.address, data));
  }

  /** Every account that `owner` has ever sent ENG to. */
  async recipientsOf(owner: Address): Promise<Set<Address>> {
    const topics = abi.encodeFilterTopics("Transfer", [owner]);
    const filter = { address: this.address, fromBlock: "0x0", toBlock: "latest", topics };
    const logs = await this.connection.request<readonly TransactionLog[]>("eth_getLogs", [filter]);
    return new Set(logs.map(({ topics: [, , to] }) => address(`0x${to?.slice(26)}`)));
  }

  transfer(sender: TransactionSender, to: Address, amount: bigint): Promise<TransactionReceipt> {
    return sender.send(transferRequest(this.address, to, amount));
  }

  approve(sender: TransactionSender, spender: Address, amount: bigint): Promise<TransactionReceipt> {
    const data = abi.encodeFunctionData("approve", [spender, amount]) as Hex;
    return sender.send({ to: this.address, data, gasLimit: GAS_LIMIT });
  }

  /** Hands in a permit that `owner` has signed (EIP-2612); anyone may. */
  permit(
    sender: TransactionSender,
    owner: Address,
    spender: Address,
    amount: bigint,
    { deadline, v, r, s }: TokenPermit,
  ): Promise<TransactionReceipt> {
    const data = abi.encodeFunctionData("permit", [owner, spender, amount, deadline, v, r, s]) as Hex;
    return sender.send({ to: this.address, data, gasLimit: GAS_LIMIT });
  }
}

/** The transaction that moves ENG from its sender to another account. */
export function transferRequest(token: Address, to: Address, amount: bigint): TransactionRequest {
  const data = abi.encodeFunctionData("transfer", [to, amount]) as Hex;
  return { to: token, data, gasLimit: GAS_LIMIT };
}
