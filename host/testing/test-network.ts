/**
 * A local network for tests: the one that `npm start` runs, on free ports, in a folder of its own, with its log and its
 * events kept, and with users that have ENG to spend.
 *
 * ```ts
 * const network = await startTestNetwork();
 * const user = await network.user(1);
 * const millionaires = await network.deploy(user, "millionaires");
 * await (await millionaires.getFunction("addMillionaire")(1_000_000n)).wait();
 * await network.stop();
 * ```
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { JsonRpcProvider, Wallet } from "ethers";
import { type ConnectOptions, Enigma, type UntypedSecretContract } from "../client/index.ts";
import { checkModule } from "../client/module-check.ts";
import { ENG, TokenContract } from "../ethereum/token-contract.ts";
import { LocalNetwork } from "../network/local-network.ts";
import type { LocalNetworkOptions } from "../network/network-options.ts";
import { ANY_PORTS } from "../network/network-ports.ts";
import { systemClock } from "../protocol/clock.ts";
import type { Address, Hash } from "../protocol/hex.ts";
import type { WorkerNode } from "../worker/worker-node.ts";
import { GossipListener } from "./gossip-listener.ts";
import { KeptEvents } from "./kept-events.ts";
import { KeptLog } from "./kept-log.ts";
import { SentBytes } from "./leaks/sent-bytes.ts";
import { networkTraces, type Trace } from "./leaks/traces.ts";
import { type SampleName, sampleContract } from "./sample-contract.ts";

export interface TestNetworkOptions extends Partial<Omit<LocalNetworkOptions, "ports" | "log" | "onEvent" | "data">> {
  /** False for a network that is never started again from its folder: its chain is kept in memory alone. */
  readonly restartable?: boolean | undefined;
}

/** What every user deposits: base units of ENG. */
export const USER_DEPOSIT = 1_000n * ENG;
const DEPLOY_GAS = 10_000_000n;

/** Starts a network with two workers, or as many as asked for. */
export function startTestNetwork(options: TestNetworkOptions = {}): Promise<TestNetwork> {
  return TestNetwork.start(options);
}

export class TestNetwork {
  readonly events = new KeptEvents();
  readonly log = new KeptLog();
  readonly #options: TestNetworkOptions;
  /** Undefined where the network has one that only it knows. */
  readonly #folder: string | undefined;
  readonly #sent = new SentBytes();
  readonly #users: Enigma[] = [];
  readonly #listeners: GossipListener[] = [];
  #provider: JsonRpcProvider | undefined;
  #network: LocalNetwork | undefined;

  private constructor(folder: string | undefined, options: TestNetworkOptions) {
    this.#folder = folder;
    this.#options = options;
  }

  /** Use `startTestNetwork`. */
  static async start(options: TestNetworkOptions): Promise<TestNetwork> {
    const { restartable = true } = options;
    const folder = restartable ? await mkdtemp(join(tmpdir(), "enigma-test-")) : undefined;
    const network = new TestNetwork(folder, options);
    try {
      await network.#open();
      return network;
    } catch (error) {
      await network.stop();
      throw error;
    }
  }

  /** The network's data folder; removed by `stop`. */
  get folder(): string {
    return this.#folder ?? this.local.folder;
  }

  /** The network under test; another object after `restart`. */
  get local(): LocalNetwork {
    if (this.#network === undefined) throw new Error("the network is stopped");
    return this.#network;
  }

  /** A client of the funded account `index`, 1 to 9, at the gateway of a worker, with ENG deposited. */
  async user(index: number, gateway = 0, options: Partial<ConnectOptions> = {}): Promise<Enigma> {
    const account = this.local.accounts.users[index];
    if (account === undefined) throw new RangeError("there is no such account");
    const { chain, randomness } = this.local;
    this.#provider ??= new JsonRpcProvider(chain.url, Number(chain.chainId), { staticNetwork: true, batchMaxCount: 1 });
    const signer = new Wallet(account.privateKey, this.#provider);
    const random = randomness.streamFor(`user ${index} ${this.local.earlierStarts}`);
    const user = await Enigma.connect({ rpc: this.worker(gateway).url, signer, random, ...options });
    this.#users.push(user);
    if ((await user.balance()) < USER_DEPOSIT) await user.deposit(USER_DEPOSIT);
    return user;
  }

  /** Deploys a sample contract and waits until it is. */
  async deploy(user: Enigma, name: SampleName, args: readonly unknown[] = []): Promise<UntypedSecretContract> {
    const deployment = await user.deploy({ ...(await sampleContract(name)), args, gasLimit: DEPLOY_GAS });
    return (await deployment.wait()).contract;
  }

  /** A deployed sample contract as another user calls it. */
  async contract(user: Enigma, name: SampleName, address: Address): Promise<UntypedSecretContract> {
    return user.contract(address, (await sampleContract(name)).abi);
  }

  worker(index: number): WorkerNode {
    const worker = this.local.workers[index];
    if (worker === undefined) throw new RangeError("there is no such worker");
    return worker;
  }

  /** Index of the worker that serves a contract now; -1 where it is none of this network's own. */
  async selected(secretContract: Address): Promise<number> {
    const { contract } = this.local.view;
    const { number } = await contract.currentEpoch();
    return this.selectedIn(secretContract, number);
  }

  /** Index of the worker that an epoch selects for a contract's group; -1 where it is none of this network's own. */
  async selectedIn(secretContract: Address, epoch: bigint): Promise<number> {
    const { contract } = this.local.view;
    const group = (await contract.contractInfo(secretContract))?.group ?? secretContract;
    const selected = await contract.selectedWorker(epoch, group);
    return this.local.workers.findIndex(({ address }) => address === selected);
  }

  /** Closes so many blocks, not faster than the principal sets epochs. */
  mine(blocks: number): Promise<void> {
    return this.local.mine(blocks);
  }

  /** Closes blocks until the next epoch rules and the running workers know it; resolves to its number. */
  advanceEpoch(): Promise<bigint> {
    return this.local.advanceEpoch();
  }

  /** Lets epochs turn until worker `index` serves a contract; resolves to the epoch's number. */
  async advanceEpochTo(secretContract: Address, index: number): Promise<bigint> {
    let { number } = await this.local.view.contract.currentEpoch();
    while ((await this.selectedIn(secretContract, number)) !== index) number = await this.advanceEpoch();
    return number;
  }

  /** Takes a worker offline, with what it has stored, until `restartWorker`. */
  stopWorker(index: number): Promise<void> {
    return this.local.stopWorker(index);
  }

  restartWorker(index: number): Promise<void> {
    return this.local.restartWorker(index);
  }

  /**
   * The ENG that the Enigma contract holds, and what it owes: balances of users and workers, and stakes. They are equal
   * when no task is open.
   */
  async funds(): Promise<{ held: bigint; owed: bigint }> {
    const { accounts, token, view, workers, domain } = this.local;
    const { contract, connection } = view;
    const owners = [...accounts.users, ...workers].map(({ address }) => contract.balance(address));
    const stakes = workers.map(async ({ address }) => (await contract.worker(address)).stake);
    const held = await new TokenContract(connection, token).balanceOf(domain.enigma);
    const owed = (await Promise.all([...owners, ...stakes])).reduce((sum, amount) => sum + amount, 0n);
    return { held, owed };
  }

  /** How often each task was settled, by the chain from its first block to now. */
  async settlements(): Promise<Map<Hash, number>> {
    const { view } = this.local;
    const { number } = await view.head();
    const counts = new Map<Hash, number>();
    const end = new AbortController();
    for await (const step of view.follow({ signal: end.signal })) {
      if (step.kind !== "block") continue;
      for (const event of step.events) {
        if (event.name === "TaskSettled") counts.set(event.taskId, (counts.get(event.taskId) ?? 0) + 1);
      }
      if (step.number >= number) end.abort();
    }
    return counts;
  }

  /** Has a stranger listen to the gossip from now on; what it hears is among the traces. */
  async listenToGossip(): Promise<GossipListener> {
    const listener = await GossipListener.join(this.local);
    this.#listeners.push(listener);
    return listener;
  }

  /** All that the hosts of this network have stored, logged, reported and sent so far. */
  traces(): Promise<Trace[]> {
    const { events, log, folder, local } = this;
    const gossip = this.#listeners.map(({ bytes }) => bytes);
    return networkTraces({ folder, log, events, gossip, sent: this.#sent, ethereum: local.view.connection });
  }

  /** Stops the whole network and starts it again from its folder. Users have to connect again. */
  async restart(): Promise<void> {
    await this.#close();
    await this.#open();
  }

  /** Stops everything and removes the folder. */
  async stop(): Promise<void> {
    this.#sent.stop();
    try {
      await this.#close();
    } finally {
      if (this.#folder !== undefined) await rm(this.#folder, { recursive: true, force: true });
    }
  }

  async #open(): Promise<void> {
    this.#network = await LocalNetwork.start({
      ...{ workers: 2, checkModule, clock: systemClock, ...this.#options },
      ...{ ports: ANY_PORTS, data: this.#folder, log: this.log, onEvent: this.events.observe },
    });
  }

  async #close(): Promise<void> {
    for (const user of this.#users.splice(0)) user.close();
    this.#provider?.destroy();
    this.#provider = undefined;
    await Promise.all(this.#listeners.map((listener) => listener.leave()));
    await this.#network?.stop();
    this.#network = undefined;
  }
}
