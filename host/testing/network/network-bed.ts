/** A whole network as a test bed: what `createNetwork` makes. */
import type { Abi } from "abitype";
import type { Interface } from "ethers";
import { checkModule } from "../../client/module-check.ts";
import { EnigmaError } from "../../protocol/errors/enigma-error.ts";
import { type Address, address, fromHex, type Hash } from "../../protocol/hex.ts";
import type { Account, Accounts } from "../contract/account.ts";
import { type CodeSource, findCode } from "../contract/contract-code.ts";
import type { Executor, Snapshot } from "../contract/executor.ts";
import type { Deployed, DeployOptions, TestBed } from "../contract/test-bed.ts";
import { type ContractOf, testContract } from "../contract/test-contract.ts";
import { outcomeOf } from "../contract/test-function.ts";
import type { Trace } from "../leaks/traces.ts";
import type { TestNetwork } from "../test-network.ts";
import { EthereumProvider } from "./ethereum-provider.ts";
import { accountsOf, impersonatedAccount, type NetworkAccount } from "./network-account.ts";
import { NetworkAuditors } from "./network-auditors.ts";
import { NetworkClients, type StreamPositions } from "./network-clients.ts";
import { NetworkExecutor } from "./network-executor.ts";
import { NetworkSnapshots } from "./network-snapshots.ts";
import { NetworkTime } from "./network-time.ts";
import { TaskInspection } from "./task-inspection.ts";
import { type SettledTaskRun, TaskTraces } from "./task-traces.ts";

/** Most gas of a deployment where the test does not say. */
const DEPLOY_GAS = 50_000_000n;

export interface NetworkBedOptions {
  readonly seed: Hash;
  readonly gasLimit: bigint | undefined;
}

/** What a snapshot remembers beside the chain. */
interface Remembered {
  readonly positions: StreamPositions;
  readonly time: bigint | undefined;
  readonly gasPrice: bigint | undefined;
  readonly abis: ReadonlyMap<Address, KnownContract>;
  readonly settled: readonly SettledTaskRun[];
}

interface KnownContract {
  readonly abi: Interface;
  readonly name: string | undefined;
}

export class NetworkBed implements TestBed {
  readonly accounts: Accounts<NetworkAccount>;
  readonly executor: Executor;
  readonly seed: Hash;
  readonly time: NetworkTime;
  /** An ethers provider on the network's Ethereum. */
  readonly provider: EthereumProvider;
  /** The network with its workers, principal and chain, for tests that stop one or look into another. */
  readonly test: TestNetwork;
  readonly #network: NetworkExecutor;
  readonly #clients: NetworkClients;
  readonly #snapshots: NetworkSnapshots<Remembered>;
  readonly #auditors: NetworkAuditors;
  readonly #traces: TaskTraces;
  readonly #impersonated = new Map<Address, NetworkAccount>();
  #abis = new Map<Address, KnownContract>();

  constructor(test: TestNetwork, { seed, gasLimit }: NetworkBedOptions) {
    const { local } = test;
    this.test = test;
    this.seed = seed;
    this.provider = new EthereumProvider(local.chain);
    this.accounts = accountsOf(local, this.provider);
    this.time = new NetworkTime(local);
    this.#clients = new NetworkClients(test, (account) => this.#accountOf(account));
    this.#snapshots = new NetworkSnapshots(this, local);
    this.#auditors = new NetworkAuditors(local);
    this.#traces = new TaskTraces(local.domain, seed);
    this.#network = new NetworkExecutor({
      ...{ defaultAccount: this.accounts[0], clients: this.#clients, gasLimit },
      inspection: new TaskInspection(local),
      ...{ auditors: this.#auditors, traces: this.#traces },
      snapshot: () => this.snapshot(),
      revert: (snapshot) => this.revert(snapshot),
    });
    this.executor = this.#network;
  }

  deploy = (async (source: CodeSource, args: readonly unknown[] = [], options: DeployOptions = {}) => {
    const { module, abi, name } = await findCode(source);
    await checkModule(module);
    const { from = this.accounts[0], gasLimit = DEPLOY_GAS, callGasLimit, group } = options;
    const { contract, executed } = await this.#network.deploy({
      ...{ module, abi, name, args: constructorArguments(abi, args), from, gasLimit: BigInt(gasLimit) },
      callGasLimit: callGasLimit === undefined ? undefined : BigInt(callGasLimit),
      group: group === undefined ? undefined : address(typeof group === "string" ? group : group.address, "group"),
    });
    const { result, failure } = await outcomeOf(executed, { bed: this.#contractBed, abi }, undefined);
    if (failure !== undefined) throw failure;
    return Object.assign(this.#contract(contract, { abi, name }), { deployment: result });
  }) as TestBed["deploy"] & ((source: CodeSource, args?: readonly unknown[]) => Promise<Deployed<Abi>>);

  contractAt = (async (source: CodeSource, at: string) => {
    const { abi, name } = await findCode(source);
    const contract = address(at);
    if ((await this.test.local.view.contract.contractInfo(contract)) === undefined)
      throw new EnigmaError("contract-not-deployed", { data: { secretContract: contract } });
    return this.#contract(contract, { abi, name });
  }) as TestBed["contractAt"] & ((source: CodeSource, at: string) => Promise<ContractOf<Abi>>);

  async snapshot(): Promise<Snapshot> {
    await this.#network.idle();
    const { gasPrice } = this.#network;
    const time = await this.time.given();
    const { positions } = this.#clients;
    const settled = this.#traces.settled;
    return this.#snapshots.take({ positions, time, gasPrice, abis: new Map(this.#abis), settled });
  }

  /** @throws EnigmaError `snapshot-unknown`; `snapshot-gone` for one taken after another that was gone back to */
  async revert(snapshot: Snapshot): Promise<void> {
    await this.#network.idle();
    const { positions, time, gasPrice, abis, settled } = await this.#snapshots.goBack(snapshot);
    await this.#clients.goBack(positions);
    await this.#auditors.close();
    await this.#traces.goBack(settled);
    this.#network.gasPrice = gasPrice;
    this.#abis = new Map(abis);
    await this.time.goBack(time);
  }

  async mine(blocks = 1): Promise<void> {
    await this.test.mine(blocks);
    await this.test.local.caughtUp();
  }

  async advanceEpoch(): Promise<bigint> {
    const number = await this.test.advanceEpoch();
    await this.test.local.caughtUp();
    return number;
  }

  impersonate(impersonated: string): NetworkAccount {
    const at = address(impersonated);
    const account = this.#impersonated.get(at) ?? impersonatedAccount(at, this.provider);
    this.#impersonated.set(at, account);
    return account;
  }

  async setGasPrice(price: bigint | number): Promise<void> {
    this.#network.gasPrice = BigInt(price);
  }

  /** All that the hosts of the network have stored, logged, reported and sent so far; what `toLeak` searches. */
  traces(): Promise<Trace[]> {
    return this.test.traces();
  }

  async close(): Promise<void> {
    await this.#network.idle();
    await this.#clients.close();
    await this.#auditors.close();
    await this.#traces.close();
    this.provider.destroy();
    await this.test.stop();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  get #contractBed() {
    return { executor: this.executor, abiOf: (contract: Address) => this.#abis.get(contract)?.abi };
  }

  #contract(contract: Address, known: KnownContract) {
    this.#abis.set(contract, known);
    return testContract({
      ...{ bed: this.#contractBed, contract, contractName: known.name, abi: known.abi },
      from: undefined,
    });
  }

  #accountOf({ address: at }: Account): NetworkAccount {
    return this.accounts.find((account) => account.address === at) ?? this.impersonate(at);
  }
}

function constructorArguments(abi: Interface, args: readonly unknown[]): Uint8Array {
  try {
    return fromHex(abi.encodeDeploy(args));
  } catch (cause) {
    throw new EnigmaError("bad-arguments", { data: { function: "the constructor" }, cause });
  }
}
