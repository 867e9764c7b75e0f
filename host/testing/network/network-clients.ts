/**
 * The clients of a test network's accounts, each made when its account first needs it. What a client draws comes from a stream of
 * its account's own, whose position is part of a snapshot: after going back the same calls have the same bytes.
 */
import { Interface } from "ethers";
import { type Connection, connect } from "../../client/connection.ts";
import { enigmaAbi } from "../../ethereum/generated/enigma-abi.ts";
import { enigmaTokenAbi } from "../../ethereum/generated/enigma-token-abi.ts";
import { ENG } from "../../ethereum/token-contract.ts";
import { SeededStream } from "../../network/seeded-bytes.ts";
import { EnigmaError } from "../../protocol/errors/enigma-error.ts";
import type { Address } from "../../protocol/hex.ts";
import type { Account } from "../contract/account.ts";
import type { TestNetwork } from "../test-network.ts";
import type { NetworkAccount } from "./network-account.ts";

/** What each account that orders tasks has deposited, in base units of ENG. */
const DEPOSIT = 50_000n * ENG;
/** What an impersonated account has to pay Ethereum with, in wei. */
const ETHER = 1_000n * 10n ** 18n;

/** How far each account's stream of random bytes is. */
export type StreamPositions = ReadonlyMap<Address, number>;

export class NetworkClients {
  readonly #test: TestNetwork;
  readonly #accountOf: (account: Account) => NetworkAccount;
  readonly #clients = new Map<Address, Promise<Connection>>();
  readonly #funded = new Map<Address, Promise<void>>();
  readonly #streams = new Map<Address, SeededStream>();

  constructor(test: TestNetwork, accountOf: (account: Account) => NetworkAccount) {
    this.#test = test;
    this.#accountOf = accountOf;
  }

  /** The client of an account. @throws what connecting throws */
  of(account: Account): Promise<Connection> {
    const known = this.#clients.get(account.address);
    if (known !== undefined) return known;
    const client = this.#connect(this.#accountOf(account));
    this.#clients.set(account.address, client);
    return client;
  }

  /** The client of an account that can pay for tasks. */
  async payer(account: Account): Promise<Connection> {
    const client = await this.of(account);
    const funded = this.#funded.get(account.address) ?? this.#fund(this.#accountOf(account), client);
    this.#funded.set(account.address, funded);
    await funded;
    return client;
  }

  /** @throws EnigmaError `account-without-key` for one that cannot sign */
  async signer(account: Account): Promise<Connection> {
    if (!this.#accountOf(account).hasKey)
      throw new EnigmaError("account-without-key", { data: { account: account.address } });
    return this.of(account);
  }

  get positions(): StreamPositions {
    return new Map(Array.from(this.#streams, ([account, { position }]) => [account, position]));
  }

  /** Forgets all that clients know of the chain, and takes their streams up where they were. */
  async goBack(positions: StreamPositions): Promise<void> {
    await this.close();
    for (const [account, stream] of this.#streams) stream.position = positions.get(account) ?? 0;
  }

  async close(): Promise<void> {
    const clients = [...this.#clients.values()];
    this.#clients.clear();
    this.#funded.clear();
    for (const client of await Promise.allSettled(clients)) {
      if (client.status === "fulfilled") client.value.events.close();
    }
  }

  async #connect({ address, signer, hasKey }: NetworkAccount): Promise<Connection> {
    if (!hasKey) await this.#request("anvil_impersonateAccount", address);
    return connect({ rpc: this.#test.worker(0).url, signer, random: this.#streamOf(address).take });
  }

  #streamOf(address: Address): SeededStream {
    const known = this.#streams.get(address);
    if (known !== undefined) return known;
    const seed = this.#test.local.randomness.seedFor(`client ${address}`);
    if (seed === undefined) throw new TypeError("a test bed's network has a seed");
    const stream = new SeededStream(seed);
    this.#streams.set(address, stream);
    return stream;
  }

  async #fund({ address, hasKey }: NetworkAccount, client: Connection): Promise<void> {
    if ((await client.reader.balance(address)) >= DEPOSIT / 2n) return;
    if (hasKey) return void (await client.deposits.deposit(DEPOSIT));
    const { token, domain, accounts } = this.#test.local;
    const eng = new Interface(enigmaTokenAbi);
    await this.#request("anvil_setBalance", address, `0x${ETHER.toString(16)}`);
    await this.#send(accounts.owner.address, token, eng.encodeFunctionData("transfer", [address, DEPOSIT]));
    await this.#send(address, token, eng.encodeFunctionData("approve", [domain.enigma, DEPOSIT]));
    await this.#send(address, domain.enigma, new Interface(enigmaAbi).encodeFunctionData("deposit", [DEPOSIT]));
  }

  #send(from: Address, to: Address, data: string): Promise<unknown> {
    return this.#request("eth_sendTransaction", { from, to, data, gas: "0x30d40" });
  }

  #request(method: string, ...params: unknown[]): Promise<unknown> {
    return this.#test.local.view.connection.request(method, params);
  }
}
