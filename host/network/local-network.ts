/**
 * A whole Enigma network in one process tree: blockchain, principal node, workers, and an enclave process for each node.
 *
 * Every part is the one that runs alone elsewhere; this module only gives each its parameters, starts them in the order
 * in which they need each other, and stops them in the opposite one. With a seed everything that could differ between two
 * runs is taken from it, and what could race (registrations) is done one after the other.
 */
import type { ChainPosition } from "../ethereum/chain-follower.ts";
import type { ChainView } from "../ethereum/chain-view.ts";
import type { PrincipalNode } from "../principal/principal-node.ts";
import type { EnigmaDomain } from "../protocol/eip712-domain.ts";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import type { Address } from "../protocol/hex.ts";
import { pause } from "../protocol/retry.ts";
import type { WorkerNode } from "../worker/worker-node.ts";
import { mineBlocks, turnEpoch } from "./epoch-turn.ts";
import type { NetworkAccounts } from "./network-accounts.ts";
import type { NetworkChain } from "./network-chain.ts";
import { startPrincipal, startWorker } from "./network-nodes.ts";
import type { LocalNetworkOptions, NetworkContext, NetworkParts } from "./network-options.ts";
import { openContext, startParts } from "./network-start.ts";
import type { NetworkRandomness } from "./seeded-bytes.ts";
import { Shutdown } from "./shutdown.ts";

/** How often it is looked whether the workers have seen a block that the chain has. */
const LOOK_MS = 2;
/** How long a worker may be behind the chain; one that was stopped is not waited for longer. */
const BEHIND_MS = 5_000;

export class LocalNetwork {
  readonly chain: NetworkChain;
  readonly domain: EnigmaDomain;
  readonly token: Address;
  readonly accounts: NetworkAccounts;
  readonly randomness: NetworkRandomness;
  /** How often this network was started before from its folder. */
  readonly earlierStarts: number;
  /** Path of its data. */
  readonly folder: string;
  readonly view: ChainView;
  /** Replaced by `restartPrincipal`. */
  principal: PrincipalNode;
  readonly workers: WorkerNode[];
  readonly #context: NetworkContext;
  readonly #shutdown: Shutdown;
  /** Indexes of workers that were stopped. */
  readonly #offline = new Set<number>();

  private constructor(context: NetworkContext, shutdown: Shutdown, parts: NetworkParts) {
    this.#context = context;
    this.#shutdown = shutdown;
    this.chain = context.chain;
    this.accounts = context.accounts;
    this.randomness = context.randomness;
    this.earlierStarts = context.folder.earlierStarts;
    this.folder = context.folder.path;
    this.domain = parts.domain;
    this.token = parts.token;
    this.view = parts.view;
    this.principal = parts.principal;
    this.workers = parts.workers;
  }

  /**
   * Starts a network and resolves when its first epoch rules. Whatever was started is stopped again when the start fails or is
   * aborted.
   * @throws EnigmaError `port-in-use`, `chain-unreachable`, `data-folder-…` and what the parts throw
   */
  static async start(options: LocalNetworkOptions): Promise<LocalNetwork> {
    const shutdown = new Shutdown();
    try {
      const context = await openContext(options, shutdown);
      return new LocalNetwork(context, shutdown, await startParts(context, shutdown));
    } catch (error) {
      await shutdown.run();
      throw error;
    }
  }

  /** Stops everything, last started first. Calling it again waits for the same stop. */
  stop(): Promise<void> {
    return this.#shutdown.run();
  }

  /**
   * Closes so many blocks of the network's own chain, not faster than the principal sets the epochs that turn meanwhile.
   * @throws EnigmaError `chain-rpc-error` where the chain is another's that does not do that
   */
  mine(blocks: number): Promise<void> {
    const { options, signal } = this.#context;
    return mineBlocks(this.view, BigInt(blocks), { clock: options.clock, signal });
  }

  /**
   * Closes blocks until the next epoch rules and the running workers know it; resolves to its number. `whenSet` is awaited
   * between the setting of the epoch and its first block: on a chain with blocks of its own that time is minutes, here nothing.
   * @throws EnigmaError `chain-rpc-error` as `mine`
   */
  async advanceEpoch(whenSet: (epoch: bigint) => Promise<void> = async () => {}): Promise<bigint> {
    const { options, signal } = this.#context;
    const { number } = await turnEpoch(this.view, { clock: options.clock, signal, whenSet });
    await Promise.all(this.workers.map((worker) => this.#knowsEpoch(worker, number)));
    return number;
  }

  /**
   * Resolves when all running nodes have taken in the chain as it is now, also where it has gone back.
   * @throws EnigmaError `network-behind` where one does not within some seconds
   */
  async caughtUp(): Promise<void> {
    const { options } = this.#context;
    const late = AbortSignal.timeout(BEHIND_MS);
    for (this.view.look(); ; await pause(options.clock, LOOK_MS, late)) {
      const { number, hash } = await this.view.head();
      const nodes = [this.principal, ...this.workers.filter((_, index) => !this.#offline.has(index))];
      const isThere = ({ position }: { position: ChainPosition }) =>
        position.number === number && (position.hash ?? hash) === hash;
      if (nodes.every(isThere)) return;
      if (late.aborted) throw new EnigmaError("network-behind", { data: { block: number } });
    }
  }

  /** Stops worker `index`: it is offline, with what it has stored, until `restartWorker`. */
  async stopWorker(index: number): Promise<void> {
    await this.#worker(index).stop();
    this.#offline.add(index);
  }

  /** Kills the process of worker `index`'s enclave, as a crash of its machine would; the worker starts another one. */
  async killEnclave(index: number): Promise<void> {
    const enclave = await this.#worker(index).enclave();
    if (enclave.pid !== undefined) process.kill(enclave.pid, "SIGKILL");
    await enclave.closed;
  }

  /** Stops worker `index` and starts it again from its folder, at the same addresses: clients and peers find it there. */
  async restartWorker(index: number): Promise<void> {
    const worker = this.#worker(index);
    const port = Number(new URL(worker.url).port);
    const listen = worker.p2pAddresses.map((address) => address.replace(/\/p2p\/.*$/, ""));
    await worker.stop();
    this.workers[index] = await startWorker(this.#context, this, index, { port, listen });
    this.#offline.delete(index);
  }

  /** Stops the principal node and starts it again from its folder, at the same address. */
  async restartPrincipal(): Promise<void> {
    const port = Number(new URL(this.principal.url).port);
    await this.principal.stop();
    this.principal = await startPrincipal(this.#context, this, port);
  }

  #worker(index: number): WorkerNode {
    const worker = this.workers[index];
    if (worker === undefined) throw new RangeError(`there is no worker ${index}`);
    return worker;
  }

  async #knowsEpoch(worker: WorkerNode, number: bigint): Promise<void> {
    const { clock } = this.#context.options;
    const late = AbortSignal.timeout(BEHIND_MS);
    const isRunning = () => !this.#offline.has(this.workers.indexOf(worker));
    while (isRunning() && worker.info().epoch < number && !late.aborted) await pause(clock, LOOK_MS, late);
  }
}
