/**
 * The client of an Enigma network: encrypts what goes to secret contracts, pays for it, checks and decrypts what comes
 * back. Runs in browsers and in Node.
 *
 * What it trusts: the signer's own Ethereum endpoint, and the enclaves that the Enigma contract there names. The
 * gateway may lie about anything; what it says is checked against Ethereum. Only which Enigma contract is meant must
 * come from somewhere: give `enigma` where the gateway is not your own.
 */
import type { Abi } from "abitype";
import { Interface, type InterfaceAbi } from "ethers";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import { type Address, address, fromHex, type Hash } from "../protocol/hex.ts";
import type { InfoResult } from "../protocol/rpc-types.ts";
import type { TaskRecord } from "../protocol/task-record.ts";
import { type Connection, connect } from "./connection.ts";
import type { ContractEvent, TypedEvent } from "./contract-event.ts";
import { Deployment } from "./deployment.ts";
import type {
  ConnectOptions,
  DeployOptions,
  EventQuery,
  InputRequest,
  PreparedInput,
  PrivateEventQuery,
} from "./enigma-options.ts";
import type { LoggedPlace } from "./event-log.ts";
import { checkModule } from "./module-check.ts";
import {
  encodeCall,
  findFunction,
  type SecretContract,
  type SecretContractBase,
  secretContract,
  type UntypedSecretContract,
} from "./secret-contract.ts";
import { decodeResult, Task } from "./task.ts";

export class Enigma {
  /** What the gateway says of itself. */
  readonly info: InfoResult;
  readonly chainId: bigint;
  /** The Enigma contract. */
  readonly address: Address;
  /** The signer's account. */
  readonly account: Address;
  readonly #parts: Connection;

  private constructor(parts: Connection) {
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
    return new Enigma(await connect(options));
  }

  /** A deployed secret contract. Give the ABI `as const` to have its methods typed. */
  contract<const abi extends Abi>(address: string, abi: abi): SecretContract<abi>;
  contract(address: string, abi: Interface | InterfaceAbi): UntypedSecretContract;
  contract(contractAddress: string, abi: Interface | InterfaceAbi): unknown {
    return this.#contract(address(contractAddress), Interface.from(abi));
  }

  /**
   * Deploys a secret contract.
   *
   * @throws `module-refused`, before anything is paid, for a module that enclaves would refuse; `bad-arguments`
   */
  deploy<const abi extends Abi>(options: DeployOptions<abi>): Promise<Deployment<SecretContract<abi>>>;
  deploy(options: DeployOptions<InterfaceAbi>): Promise<Deployment<UntypedSecretContract>>;
  async deploy(options: DeployOptions<InterfaceAbi>): Promise<unknown> {
    const { checker, contracts } = this.#parts;
    const abi = Interface.from(options.abi);
    const args = encodeArguments(abi, options.args ?? []);
    if (checker !== false) await checkModule(options.module, checker);
    const task = await contracts.orders.deploy(options.module, args, options);
    const contract = this.#contract(task.record.secretContract, abi) as UntypedSecretContract;
    return new Deployment(task, { called: "the constructor", abi, decode: () => undefined }, contract);
  }

  /**
   * Encrypts the input of a task that somebody else orders, such as a Solidity contract with `OrdersSecretTasks`. Only this
   * account will be able to read the output.
   *
   * @throws `unknown-function`, `bad-arguments`, `input-too-large`
   */
  async prepareInput({ sender, nonce, contract, method, args = [] }: InputRequest): Promise<PreparedInput> {
    const { prepared, contracts } = this.#parts;
    const { address: secretContract, interface: abi } = contract;
    const fragment = findFunction(abi, method);
    const calldata = encodeCall(abi, fragment, args);
    const order = await prepared.prepare(
      address(sender, "sender"),
      nonce === undefined ? undefined : BigInt(nonce),
      secretContract,
      calldata,
    );
    const decode = (result: Uint8Array): unknown => decodeResult(abi, fragment, result);
    const abiOf = (emitter: Address) => contracts.abiOf(emitter) ?? abi;
    const follow = async (timeout?: number): Promise<Task<unknown>> =>
      new Task(await prepared.follow(order, timeout), { called: fragment.format(), abi, abiOf, decode });
    const { input, userKey, taskId, epoch } = order;
    return { input, userKey, taskId, epoch, follow };
  }

  /** Public events of a secret contract, in the order of the chain. @throws `unknown-event` */
  queryEvents<const abi extends Abi>(query: EventQuery<abi>): Promise<(TypedEvent<abi> & LoggedPlace)[]>;
  queryEvents(query: EventQuery<InterfaceAbi>): Promise<(ContractEvent & LoggedPlace)[]>;
  async queryEvents({ contract, abi, name, ...range }: EventQuery<InterfaceAbi>): Promise<unknown> {
    return this.#parts.eventLog.publicEvents(address(contract), Interface.from(abi), range, name);
  }

  /** The events that a secret contract encrypted to a named key, for its holder. @throws `private-event-key` */
  privateEvents<const abi extends Abi>(
    query: PrivateEventQuery<abi>,
  ): Promise<(TypedEvent<abi> & LoggedPlace & { readonly taskId: Hash })[]>;
  privateEvents(
    query: PrivateEventQuery<InterfaceAbi>,
  ): Promise<(ContractEvent & LoggedPlace & { readonly taskId: Hash })[]>;
  async privateEvents({ contract, abi, secretKey, ...range }: PrivateEventQuery<InterfaceAbi>): Promise<unknown> {
    return this.#parts.eventLog.privateEvents(address(contract), Interface.from(abi), range, secretKey);
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

  /** Makes a contract's object; its ABI explains its events from now on, also those of tasks that only touch it. */
  #contract(at: Address, abi: Interface): SecretContractBase {
    this.#parts.abis.set(at, abi);
    return secretContract(this.#parts.contracts, at, abi);
  }

  /** Stops to watch tasks: they go on, but whoever waits for one here gets `client-closed`. */
  close(): void {
    this.#parts.events.close();
  }
}

function encodeArguments(abi: Interface, args: readonly unknown[]): Uint8Array {
  try {
    return fromHex(abi.encodeDeploy(args));
  } catch (cause) {
    throw new EnigmaError("bad-arguments", { data: { function: "the constructor" }, cause });
  }
}
