/**
 * The client of an Enigma network: encrypts what goes to secret contracts, pays for it, checks and decrypts what comes
 * back. Runs in browsers and in Node.
 *
 * What it trusts: the signer's own Ethereum endpoint, and the enclaves that the Enigma contract there names. The
 * gateway may lie about anything; what it says is checked against Ethereum. Only which Enigma contract is meant must
 * come from somewhere: give `enigma` where the gateway is not your own.
 */
import type { Abi } from "abitype";
import { Interface, type InterfaceAbi, type Signer } from "ethers";
import type { EnigmaDomain } from "../protocol/eip712-domain.ts";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import { type Address, address, fromHex, type Hash } from "../protocol/hex.ts";
import type { InfoResult } from "../protocol/rpc-types.ts";
import type { TaskRecord } from "../protocol/task-record.ts";
import type { ConstructorArguments } from "./abi-types.ts";
import { AccountTransactions } from "./account-transactions.ts";
import { ContractKeys } from "./contract-keys.ts";
import { Deployment } from "./deployment.ts";
import { Deposits } from "./deposits.ts";
import { EnigmaReader } from "./enigma-reader.ts";
import { EthereumEndpoint } from "./ethereum-endpoint.ts";
import { Funds } from "./funds.ts";
import { Gateway } from "./gateway.ts";
import { checkModule, type ModuleChecker } from "./module-check.ts";
import { RecordQueue } from "./record-queue.ts";
import { type SecretContract, secretContract, type UntypedSecretContract } from "./secret-contract.ts";
import { TaskEvents } from "./task-events.ts";
import { type TaskOptions, TaskOrders } from "./task-orders.ts";
import { transactionSubmitter } from "./transaction-submitter.ts";

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

export interface DeployOptions<abi> extends TaskOptions {
  readonly module: Uint8Array;
  readonly abi: abi;
  /** The constructor's arguments. */
  readonly args?: abi extends Abi ? ConstructorArguments<abi> : readonly unknown[];
}

interface Parts {
  readonly info: InfoResult;
  readonly domain: EnigmaDomain;
  readonly sender: Address;
  readonly reader: EnigmaReader;
  readonly orders: TaskOrders;
  readonly deposits: Deposits;
  readonly events: TaskEvents;
  readonly checker: ModuleChecker | false | undefined;
}

const GAS_PRICE = 10n ** 9n;

export class Enigma {
  /** What the gateway says of itself. */
  readonly info: InfoResult;
  readonly chainId: bigint;
  /** The Enigma contract. */
  readonly address: Address;
  /** The signer's account. */
  readonly account: Address;
  readonly #parts: Parts;

  private constructor(parts: Parts) {
    this.#parts = parts;
    this.info = parts.info;
    this.chainId = parts.domain.chainId;
    this.address = parts.domain.enigma;
    this.account = parts.sender;
  }

  /**
   * Connects a signer with a network.
   *
   * @throws `gateway-unreachable`, `signer-without-provider`
   * @throws `chain-mismatch` if gateway and signer are not on the same chain with the same Enigma contract
   */
  static async connect(options: ConnectOptions): Promise<Enigma> {
    const { signer, gasPrice = GAS_PRICE, random = platformRandom } = options;
    const fetch = options.fetch ?? globalThis.fetch.bind(globalThis);
    const gateway = new Gateway(options.rpc, fetch);
    const endpoint = new EthereumEndpoint(signer.provider, fetch);
    const [info, chainId, account] = await Promise.all([gateway.info(), endpoint.chainId(), signer.getAddress()]);
    const domain = { chainId, enigma: address(options.enigma ?? info.enigma, "enigma") };
    const sender = address(account);
    const reader = new EnigmaReader(endpoint, domain.enigma);
    const principalSigner = await checkNetwork(info, domain, reader);
    const transactions = new AccountTransactions(
      sender,
      transactionSubmitter(signer, sender, chainId, endpoint),
      endpoint,
    );
    const events = new TaskEvents(gateway, sender);
    const orders = new TaskOrders({
      ...{ domain, sender, gateway, reader, events, random, gasPrice },
      keys: new ContractKeys(domain, principalSigner, gateway, reader),
      records: new RecordQueue(domain.enigma, transactions),
      funds: new Funds(reader, sender),
    });
    const deposits = new Deposits(domain, signer, sender, reader, transactions);
    return new Enigma({ info, domain, sender, reader, orders, deposits, events, checker: options.checkModule });
  }

  /** A deployed secret contract. Give the ABI `as const` to have its methods typed. */
  contract<const abi extends Abi>(address: string, abi: abi): SecretContract<abi>;
  contract(address: string, abi: Interface | InterfaceAbi): UntypedSecretContract;
  contract(contractAddress: string, abi: Interface | InterfaceAbi): unknown {
    return secretContract(this.#parts.orders, address(contractAddress), Interface.from(abi));
  }

  /**
   * Deploys a secret contract.
   *
   * @throws `module-refused`, before anything is paid, for a module that enclaves would refuse; `bad-arguments`
   */
  deploy<const abi extends Abi>(options: DeployOptions<abi>): Promise<Deployment<SecretContract<abi>>>;
  deploy(options: DeployOptions<InterfaceAbi>): Promise<Deployment<UntypedSecretContract>>;
  async deploy(options: DeployOptions<InterfaceAbi>): Promise<unknown> {
    const { checker, orders } = this.#parts;
    const abi = Interface.from(options.abi);
    const args = encodeArguments(abi, options.args ?? []);
    if (checker !== false) await checkModule(options.module, checker);
    const task = await orders.deploy(options.module, args, options);
    const contract = secretContract(orders, task.record.secretContract, abi) as UntypedSecretContract;
    return new Deployment(task, { called: "the constructor", abi, decode: () => undefined }, contract);
  }

  /** Moves ENG from the account's wallet to its balance in the Enigma contract. @param amount base units */
  deposit(amount: bigint): Promise<Hash> {
    return this.#parts.deposits.deposit(amount);
  }

  /** Moves ENG back to the account's wallet. @param amount base units */
  withdraw(amount: bigint): Promise<Hash> {
    return this.#parts.deposits.withdraw(amount);
  }

  /** Takes back the fee of a task that was not settled in time. @throws `transaction-reverted` if it still can be */
  refund(record: TaskRecord): Promise<Hash> {
    return this.#parts.deposits.refund(record);
  }

  /** ENG that the account can spend on tasks, in base units. */
  balance(): Promise<bigint> {
    return this.#parts.reader.balance(this.#parts.sender);
  }

  /** Stops to watch tasks: they go on, but whoever waits for one here gets `client-closed`. */
  close(): void {
    this.#parts.events.close();
  }
}

/** The principal's signer, once gateway and Ethereum agree which network this is. */
async function checkNetwork(info: InfoResult, domain: EnigmaDomain, reader: EnigmaReader): Promise<Address> {
  const gateway = `chain ${info.chainId}, Enigma contract ${info.enigma}`;
  const mismatch = (provider: string) => new EnigmaError("chain-mismatch", { data: { gateway, provider } });
  if (info.chainId !== domain.chainId || info.enigma !== domain.enigma) {
    throw mismatch(`chain ${domain.chainId}, Enigma contract ${domain.enigma}`);
  }
  if (!(await reader.exists())) throw mismatch(`a chain ${domain.chainId} without a contract at ${domain.enigma}`);
  return reader.principalSigner();
}

function encodeArguments(abi: Interface, args: readonly unknown[]): Uint8Array {
  try {
    return fromHex(abi.encodeDeploy(args));
  } catch (cause) {
    throw new EnigmaError("bad-arguments", { data: { function: "the constructor" }, cause });
  }
}

function platformRandom(length: number): Uint8Array {
  return globalThis.crypto.getRandomValues(new Uint8Array(length));
}
