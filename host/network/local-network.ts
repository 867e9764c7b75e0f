/**
 * A whole Enigma network in one process tree: blockchain, principal node, workers, and an enclave process for each node.
 *
 * Every part is the one that runs alone elsewhere; this module only gives each its parameters, starts them in the order
 * in which they need each other, and stops them in the opposite one. With a seed everything that could differ between two
 * runs is taken from it, and what could race (registrations) is done one after the other.
 */
import { ChainView } from "../ethereum/chain-view.ts";
import type { DevAccount } from "../ethereum/dev-accounts.ts";
import { EnigmaAccount } from "../ethereum/enigma-account.ts";
import { JsonRpcConnection } from "../ethereum/json-rpc-connection.ts";
import { TokenContract } from "../ethereum/token-contract.ts";
import { PrincipalNode } from "../principal/principal-node.ts";
import type { Clock } from "../protocol/clock.ts";
import type { EnigmaDomain } from "../protocol/eip712-domain.ts";
import type { Address } from "../protocol/hex.ts";
import type { Logger } from "../protocol/logger.ts";
import type { NodeObserver } from "../protocol/node-event.ts";
import { VERSION } from "../protocol/version.ts";
import { WorkerNode } from "../worker/worker-node.ts";
import { abortable } from "./abortable.ts";
import { deployNetwork, STAKE } from "./deploy-network.ts";
import { principalEnclaveLauncher, workerEnclaveLauncher } from "./enclave-launcher.ts";
import { type NetworkAccounts, networkAccounts } from "./network-accounts.ts";
import { type NetworkChain, openChain } from "./network-chain.ts";
import { type NetworkFolder, openNetworkFolder } from "./network-folder.ts";
import { type NetworkPorts, workerPort } from "./network-ports.ts";
import { type NetworkRandomness, networkRandomness, seedFingerprint } from "./seeded-bytes.ts";
import { Shutdown } from "./shutdown.ts";
import { transactionSender } from "./transaction-order.ts";

export interface LocalNetworkOptions {
  /** 1 to 9. */
  readonly workers: number;
  readonly ports: NetworkPorts;
  /** @throws EnigmaError naming the rule that a module breaks */
  readonly checkModule: (module: Uint8Array) => Promise<void>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Folder to keep the network in; absent for a temporary one. */
  readonly data?: string | undefined;
  /** 32 bytes that everything is derived from; absent to draw. */
  readonly seed?: Uint8Array | undefined;
  /** JSON-RPC URL of another Ethereum endpoint. */
  readonly chainUrl?: string | undefined;
  /** Blocks of an epoch. */
  readonly epochBlocks?: number | undefined;
  readonly taskTimeoutBlocks?: number | undefined;
  /** What enclaves run contracts with: V8, or jco's slow reference runner, which must give the same bytes. */
  readonly engine?: "v8" | "jco" | undefined;
  /** Stops the start; after it, use `stop`. */
  readonly signal?: AbortSignal | undefined;
  /** Called when a step of the start begins. */
  readonly onStep?: ((step: string) => void) | undefined;
  readonly onEvent?: NodeObserver | undefined;
}

/** What the parts of a network share. */
export interface NetworkContext {
  readonly options: LocalNetworkOptions;
  readonly folder: NetworkFolder;
  readonly chain: NetworkChain;
  readonly connection: JsonRpcConnection;
  readonly accounts: NetworkAccounts;
  readonly randomness: NetworkRandomness;
  readonly signal: AbortSignal;
}

export class LocalNetwork {
  readonly chain: NetworkChain;
  readonly domain: EnigmaDomain;
  readonly token: Address;
  readonly accounts: NetworkAccounts;
  readonly randomness: NetworkRandomness;
  /** How often this network was started before from its folder. */
  readonly earlierStarts: number;
  readonly view: ChainView;
  /** Replaced by `restartPrincipal`. */
  principal: PrincipalNode;
  readonly workers: WorkerNode[];
  readonly #context: NetworkContext;
  readonly #shutdown: Shutdown;

  private constructor(context: NetworkContext, shutdown: Shutdown, parts: NetworkParts) {
    this.#context = context;
    this.#shutdown = shutdown;
    this.chain = context.chain;
    this.accounts = context.accounts;
    this.randomness = context.randomness;
    this.earlierStarts = context.folder.earlierStarts;
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

  /** Stops worker `index` and starts it again from its folder, at the same addresses: clients and peers find it there. */
  async restartWorker(index: number): Promise<void> {
    const worker = this.workers[index];
    if (worker === undefined) throw new RangeError(`there is no worker ${index}`);
    const port = Number(new URL(worker.url).port);
    const listen = worker.p2pAddresses.map((address) => address.replace(/\/p2p\/.*$/, ""));
    await worker.stop();
    this.workers[index] = await startWorker(this.#context, this, index, { port, listen });
  }

  /** Stops the principal node and starts it again from its folder, at the same address. */
  async restartPrincipal(): Promise<void> {
    const port = Number(new URL(this.principal.url).port);
    await this.principal.stop();
    this.principal = await startPrincipal(this.#context, this, port);
  }
}

/** The parts that nodes are made with. */
interface NodeSurroundings {
  readonly domain: EnigmaDomain;
  readonly token: Address;
  readonly view: ChainView;
  readonly principal?: PrincipalNode;
  readonly workers: readonly WorkerNode[];
}

interface NetworkParts extends NodeSurroundings {
  readonly principal: PrincipalNode;
  readonly workers: WorkerNode[];
}

async function openContext(options: LocalNetworkOptions, shutdown: Shutdown): Promise<NetworkContext> {
  const { seed, chainUrl, workers, data, ports, log, onStep } = options;
  const signal = options.signal ?? new AbortController().signal;
  signal.throwIfAborted();
  const randomness = networkRandomness(seed);
  const identity = { chain: chainUrl ?? "built-in", seedFingerprint: seedFingerprint(seed), workers };
  const folder = await openNetworkFolder(data, identity);
  shutdown.add("data folder", () => folder.release());
  onStep?.("blockchain");
  const chainData = data === undefined ? undefined : await folder.part("chain");
  const chain = await openChain({
    ...{ url: chainUrl, port: ports.chain, seeded: randomness.seeded, data: chainData, signal, logger: log },
  });
  shutdown.add("blockchain", () => chain.close());
  const connection = new JsonRpcConnection(chain.url);
  shutdown.add("connection", async () => connection.close());
  return { options, folder, chain, connection, accounts: networkAccounts(), randomness, signal };
}

async function startParts(context: NetworkContext, shutdown: Shutdown): Promise<NetworkParts> {
  const { chain, options, signal } = context;
  options.onStep?.("contracts");
  const { domain, token, owner } = await deployNetwork(context);
  const { url, webSocketUrl } = chain;
  const view = new ChainView({ url, webSocketUrl, domain, logger: options.log });
  shutdown.add("chain view", async () => view.close());
  const workers: WorkerNode[] = [];
  const parts = { domain, token, view, workers };
  signal.throwIfAborted();
  options.onStep?.("principal");
  const principal = await startPrincipal(context, parts, options.ports.principal, owner);
  const network = { ...parts, principal };
  shutdown.add("principal", () => network.principal.stop());
  options.onStep?.("workers");
  shutdown.add("workers", async () => void (await Promise.all(workers.map((worker) => worker.stop()))));
  await startWorkers(context, network);
  options.onStep?.("epoch");
  await abortable(principal.firstEpoch, signal);
  return network;
}

async function startPrincipal(
  context: NetworkContext,
  { view }: NodeSurroundings,
  port: number,
  owner?: EnigmaAccount,
): Promise<PrincipalNode> {
  const { options, folder, accounts } = context;
  const path = await folder.part("principal");
  const account = nodeAccount(context, view, accounts.principal);
  return PrincipalNode.start({
    ...{ folder: path, chain: view, account, owner, expectedWorkers: options.workers, rpc: { port } },
    launchEnclave: principalEnclaveLauncher(context, { name: "principal", folder: path, view }),
    ...{ clock: options.clock, log: options.log, onEvent: options.onEvent },
  });
}

async function startWorkers(context: NetworkContext, network: NetworkParts): Promise<void> {
  const { signal } = context;
  if (context.randomness.seeded) return startWorkersInTurn(context, network);
  const starts = range(context.options.workers).map((index) => startWorker(context, network, index));
  const results = await Promise.allSettled(starts);
  for (const result of results) if (result.status === "fulfilled") network.workers.push(result.value);
  for (const result of results) if (result.status === "rejected") throw result.reason;
  const [first, ...others] = network.workers;
  await Promise.all(others.map((worker) => worker.connect(first?.p2pAddresses ?? [])));
  await abortable(Promise.all(network.workers.map((worker) => worker.registered)), signal);
}

/** One registered before the next starts, so that their transactions come in the same order in every run. */
async function startWorkersInTurn(context: NetworkContext, network: NetworkParts): Promise<void> {
  for (const index of range(context.options.workers)) {
    context.signal.throwIfAborted();
    const worker = await startWorker(context, network, index);
    network.workers.push(worker);
    await abortable(worker.registered, context.signal);
  }
}

/** Where a worker is to be found. */
interface WorkerAddresses {
  /** Of its JSON-RPC. */
  readonly port: number;
  /** Multiaddrs for its peers; absent for a free port. */
  readonly listen?: readonly string[];
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

async function startWorker(
  context: NetworkContext,
  network: NodeSurroundings,
  index: number,
  addresses: WorkerAddresses = { port: workerPort(context.options.ports, index) },
): Promise<WorkerNode> {
  const { options, folder, accounts, randomness } = context;
  const name = `worker-${index + 1}`;
  const path = await folder.part(name);
  const account = nodeAccount(context, network.view, accounts.workers[index] as DevAccount);
  const others = network.workers.filter((_, other) => other !== index);
  return WorkerNode.start({
    ...{ folder: path, chain: network.view, account, principalUrl: network.principal?.url ?? "", stake: STAKE },
    launchEnclave: workerEnclaveLauncher(context, { name, folder: path, view: network.view }),
    token: new TokenContract(context.connection, network.token),
    rpc: { port: addresses.port },
    p2p: {
      ...(addresses.listen === undefined ? {} : { listen: addresses.listen }),
      ...{ seed: randomness.seedFor(`p2p ${name}`), bootstrap: others.flatMap((worker) => worker.p2pAddresses) },
    },
    version: VERSION,
    ...{ checkModule: options.checkModule, clock: options.clock, log: options.log, onEvent: options.onEvent },
    ...(randomness.seeded ? { batchSize: 1 } : {}),
  });
}

function nodeAccount(context: NetworkContext, view: ChainView, account: DevAccount): EnigmaAccount {
  return new EnigmaAccount(transactionSender(context, account), view.contract);
}
