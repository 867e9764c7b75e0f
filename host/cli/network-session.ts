/** One use of a network by a command: the project, the network that is meant, an account on it, and the client for both. */
import { JsonRpcProvider, Wallet } from "ethers";
import { Enigma } from "../client/index.ts";
import { devAccounts } from "../ethereum/dev-accounts.ts";
import { ENG } from "../ethereum/token-contract.ts";
import { accountKey, findAccount, type NamedAccount, namedAccounts } from "../project/accounts.ts";
import { type Alias, readAliases } from "../project/aliases.ts";
import { loadProjectOrDefaults } from "../project/load-config.ts";
import type { Project } from "../project/project.ts";
import { didYouMean } from "../project/suggestion.ts";
import { EnigmaError, isEnigmaError } from "../protocol/errors/enigma-error.ts";
import { type Address, address, type Hex } from "../protocol/hex.ts";
import type { KnownAddresses } from "./abi-arguments.ts";
import { EnigmaFacts } from "./enigma-facts.ts";
import type { GasTerms } from "./task-options.ts";

/** A network of a project. */
export interface NetworkPlace {
  readonly project: Project;
  /** The network's name. */
  readonly network: string;
  /** JSON-RPC of a worker. */
  readonly rpc: string;
  readonly ethereum: string | undefined;
  readonly principal: string | undefined;
}

/** An account on a network. */
export interface NetworkAccount extends NamedAccount {
  readonly address: Address;
  /** Everybody knows its key, and the local network has given it ENG. */
  readonly isDevelopment: boolean;
}

/** What is deposited where a development account's balance is short, in base units of ENG. */
const DEPOSIT = 100n * ENG;

/**
 * The network that a command line means.
 * @throws `network-unknown` with a suggestion, `config-…` as `loadProject`
 */
export async function findNetwork(cwd: string, named: string | undefined): Promise<NetworkPlace> {
  const project = await loadProjectOrDefaults(cwd);
  const network = named ?? project.defaultNetwork;
  const config = Object.hasOwn(project.networks, network) ? project.networks[network] : undefined;
  if (config === undefined) {
    const names = Object.keys(project.networks);
    const detail = didYouMean(network, names).trim() || `There are: ${names.join(", ")}.`;
    throw new EnigmaError("network-unknown", { data: { network, networks: names }, detail });
  }
  return { project, network, rpc: config.rpc, ethereum: config.ethereum, principal: config.principal };
}

/** The address of an account; only configured keys are read from the environment for it. */
export function networkAccount(account: NamedAccount, env: NodeJS.ProcessEnv): NetworkAccount & { privateKey: Hex } {
  const key = accountKey(account, env);
  const isDevelopment = "index" in key;
  const privateKey = isDevelopment ? (devAccounts(key.index + 1)[key.index]?.privateKey as Hex) : key.privateKey;
  return { ...account, address: address(new Wallet(privateKey).address), isDevelopment, privateKey };
}

export class NetworkSession {
  readonly place: NetworkPlace;
  readonly account: NetworkAccount;
  readonly enigma: Enigma;
  readonly provider: JsonRpcProvider;
  readonly facts: EnigmaFacts;
  readonly #env: NodeJS.ProcessEnv;

  private constructor(
    place: NetworkPlace,
    account: NetworkAccount,
    connected: { enigma: Enigma; provider: JsonRpcProvider },
    env: NodeJS.ProcessEnv,
  ) {
    this.place = place;
    this.account = account;
    this.enigma = connected.enigma;
    this.provider = connected.provider;
    this.facts = new EnigmaFacts(connected.enigma.address, connected.provider);
    this.#env = env;
  }

  /**
   * Connects an account, by its name, with a network.
   * @throws `network-unreachable`, `network-incomplete`, `account-unknown`, `chain-mismatch`
   */
  static async open(place: NetworkPlace, from: string, env: NodeJS.ProcessEnv): Promise<NetworkSession> {
    const { privateKey, ...account } = networkAccount(findAccount(place.project, place.network, from), env);
    const provider = ethereumProvider(place);
    try {
      const signer = new Wallet(privateKey, provider);
      const enigma = await reached(place, Enigma.connect({ rpc: place.rpc, signer }));
      return new NetworkSession(place, account, { enigma, provider }, env);
    } catch (error) {
      provider.destroy();
      throw error;
    }
  }

  /** Names of deployed contracts. */
  get aliases(): Readonly<Record<string, Alias>> {
    return readAliases(this.place.project.root, this.place.network);
  }

  /** What an address may be called in an argument. */
  get addresses(): KnownAddresses {
    return knownAddresses(this.place, this.#env, this.aliases);
  }

  /** What addresses are called when they are shown. */
  get names(): ReadonlyMap<string, string> {
    return new Map([...this.addresses].map(([name, at]) => [at.toLowerCase(), name]));
  }

  /**
   * Makes sure that the account can pay: of a development account ENG is deposited where the balance is short.
   * @param needed base units of ENG
   * @throws `account-without-funds` naming what is missing
   */
  async provide(needed: bigint): Promise<{ readonly deposited: bigint }> {
    const { enigma, provider, account } = this;
    const [balance, wei] = await Promise.all([enigma.balance(), provider.getBalance(account.address)]);
    const facts = { account: account.name, address: account.address };
    if (wei === 0n)
      throw new EnigmaError("account-without-funds", { data: { ...facts, missing: "ETH for Ethereum's gas" } });
    if (balance >= needed) return { deposited: 0n };
    const wallet = account.isDevelopment ? await this.facts.walletOf(account.address) : 0n;
    const deposit = wallet < DEPOSIT ? wallet : DEPOSIT;
    if (balance + deposit < needed) {
      const missing = `a balance of ${needed} base units of ENG in the Enigma contract (it has ${balance})`;
      throw new EnigmaError("account-without-funds", { data: { ...facts, missing } });
    }
    await enigma.deposit(deposit);
    return { deposited: deposit };
  }

  /** What the record of a task takes from the balance, in base units of ENG. */
  async costOf({ gasLimit, gasPrice, callGasLimit }: GasTerms): Promise<bigint> {
    const calls = callGasLimit === 0n ? 0n : callGasLimit * (await this.facts.callGasPrice());
    return gasLimit * gasPrice + calls;
  }

  close(): void {
    this.enigma.close();
    this.provider.destroy();
  }
}

/** The Ethereum endpoint of a network. @throws `network-incomplete` */
export function ethereumProvider({ network, ethereum }: NetworkPlace): JsonRpcProvider {
  if (ethereum === undefined)
    throw new EnigmaError("network-incomplete", { data: { network, field: `networks.${network}.ethereum` } });
  // A batch of several calls would wait 10 ms for others to join it; an unreachable endpoint must not be tried for ever.
  return new JsonRpcProvider(ethereum, undefined, { batchMaxCount: 1, staticNetwork: false });
}

/** What a network answers. @throws `network-unreachable` where nothing does */
export async function reached<T>(place: NetworkPlace, asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (cause) {
    if (!isEnigmaError(cause, "gateway-unreachable") && !isEnigmaError(cause, "chain-unreachable")) throw cause;
    throw new EnigmaError("network-unreachable", { data: { network: place.network, url: cause.data.url }, cause });
  }
}

/** Addresses of deployed contracts and of accounts, by their names. */
export function knownAddresses(
  { project, network }: NetworkPlace,
  env: NodeJS.ProcessEnv,
  aliases: Readonly<Record<string, Alias>> = readAliases(project.root, network),
): Map<string, string> {
  const known = new Map<string, string>();
  for (const [name, { address: at }] of Object.entries(aliases)) known.set(name, at);
  for (const account of namedAccounts(project, network)) {
    try {
      known.set(account.name, networkAccount(account, env).address);
    } catch (error) {
      // An account whose variable is not set has no address here, and no use for one either.
      if (!isEnigmaError(error, "config-variable-missing")) throw error;
    }
  }
  return known;
}
