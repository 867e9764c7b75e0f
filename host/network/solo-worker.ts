/**
 * A worker that runs alone and joins a network elsewhere: the same node as in a local network, with the network's chain,
 * principal and peers reached by their addresses.
 */
import { ChainView } from "../ethereum/chain-view.ts";
import { deploymentAddresses } from "../ethereum/deploy-contracts.ts";
import { EnigmaAccount } from "../ethereum/enigma-account.ts";
import { JsonRpcConnection } from "../ethereum/json-rpc-connection.ts";
import { TokenContract } from "../ethereum/token-contract.ts";
import { TransactionSender } from "../ethereum/transaction-sender.ts";
import type { Clock } from "../protocol/clock.ts";
import type { EnigmaDomain } from "../protocol/eip712-domain.ts";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import type { Address, Hex } from "../protocol/hex.ts";
import type { Logger } from "../protocol/logger.ts";
import type { NodeObserver } from "../protocol/node-event.ts";
import { VERSION } from "../protocol/version.ts";
import { WorkerNode } from "../worker/worker-node.ts";
import { abortable } from "./abortable.ts";
import { STAKE } from "./deploy-network.ts";
import { settingsAt, workerEnclaveLauncher } from "./enclave-launcher.ts";
import { networkAccounts } from "./network-accounts.ts";
import { openChain } from "./network-chain.ts";
import { openNetworkFolder } from "./network-folder.ts";
import { peerListener, rpcBinding } from "./node-binding.ts";
import { Shutdown } from "./shutdown.ts";

export interface SoloWorkerOptions {
  /** JSON-RPC of the network's blockchain, over HTTP; the same address answers WebSockets. */
  readonly chainUrl: string;
  /** JSON-RPC of the network's principal node. */
  readonly principalUrl: string;
  /** Multiaddrs of workers of the network, with `/p2p/<id>` or without; it tells of the others. */
  readonly peers: readonly string[];
  /** Of the worker's account, which needs ether for gas and ENG for the stake; no one else may send from it. */
  readonly privateKey: Hex;
  /** The Enigma contract; where local networks have it by default. */
  readonly enigma?: Address | undefined;
  /** Folder to keep the worker in; absent for a temporary one. */
  readonly data?: string | undefined;
  /** An IP address of this machine, or 0.0.0.0 for all, where clients and peers reach the worker; loopback by default. */
  readonly host?: string | undefined;
  /** Names under which clients reach it, besides that address. */
  readonly names?: readonly string[] | undefined;
  /** Of its JSON-RPC; 0 takes a free one. */
  readonly port: number;
  /** For its peers; 0 takes a free one. */
  readonly peerPort: number;
  readonly checkModule: (module: Uint8Array) => Promise<void>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Stops the start; after it, use `stop`. */
  readonly signal: AbortSignal;
  readonly onEvent?: NodeObserver | undefined;
}

export class SoloWorker {
  readonly domain: EnigmaDomain;
  readonly node: WorkerNode;
  readonly #shutdown: Shutdown;

  private constructor(domain: EnigmaDomain, node: WorkerNode, shutdown: Shutdown) {
    this.domain = domain;
    this.node = node;
    this.#shutdown = shutdown;
  }

  /**
   * Starts the worker, or takes up the one whose data lies in the folder, and resolves when it is registered, staked and
   * logged in. From the next epoch on it can be selected.
   * @throws EnigmaError `chain-unreachable`, `enigma-missing`, `port-in-use`, `data-folder-…`, and what refuses it
   */
  static async start(options: SoloWorkerOptions): Promise<SoloWorker> {
    const shutdown = new Shutdown();
    try {
      const { domain, node } = await join(options, shutdown);
      await abortable(node.registered, options.signal);
      return new SoloWorker(domain, node, shutdown);
    } catch (error) {
      await shutdown.run();
      throw error;
    }
  }

  /** Stops it. It stays registered: its tasks wait for its next start, until they time out. */
  stop(): Promise<void> {
    return this.#shutdown.run();
  }
}

async function join(
  options: SoloWorkerOptions,
  shutdown: Shutdown,
): Promise<{ domain: EnigmaDomain; node: WorkerNode }> {
  const { chainUrl, data, signal, log } = options;
  const folder = await openNetworkFolder(data, { chain: chainUrl, seedFingerprint: null, workers: 1 });
  shutdown.add("data folder", () => folder.release());
  const chain = await openChain({ url: chainUrl, port: 0, seeded: false, data: undefined, signal, logger: log });
  const connection = new JsonRpcConnection(chain.url);
  shutdown.add("connection", async () => connection.close());
  const enigma = options.enigma ?? deploymentAddresses(networkAccounts().owner.address).enigma;
  const code = await abortable(connection.request<Hex>("eth_getCode", [enigma, "latest"]), signal);
  if (code === "0x") throw new EnigmaError("enigma-missing", { data: { enigma, url: chainUrl } });
  const domain = { chainId: chain.chainId, enigma };
  const view = new ChainView({ url: chain.url, webSocketUrl: chain.webSocketUrl, domain, logger: log });
  shutdown.add("chain view", async () => view.close());
  const node = await startNode(options, { view, connection, path: await folder.part("worker") });
  shutdown.add("worker", () => node.stop());
  return { domain, node };
}

interface Surroundings {
  readonly view: ChainView;
  readonly connection: JsonRpcConnection;
  readonly path: string;
}

async function startNode(options: SoloWorkerOptions, { view, connection, path }: Surroundings): Promise<WorkerNode> {
  const { privateKey, principalUrl, peers, host, port, peerPort, names, signal } = options;
  const { token } = await view.contract.parameters();
  const place = { name: "worker", folder: path, view };
  return WorkerNode.start({
    ...{ folder: path, chain: view, principalUrl, stake: STAKE, version: VERSION },
    account: new EnigmaAccount(new TransactionSender(connection, privateKey), view.contract),
    launchEnclave: workerEnclaveLauncher(
      settingsAt(place, { seed: undefined, engine: "v8", inProcess: false, signal }),
      place,
    ),
    token: new TokenContract(connection, token),
    rpc: rpcBinding(host, port, names),
    p2p: { listen: [peerListener(host, peerPort)], bootstrap: peers },
    ...{ checkModule: options.checkModule, clock: options.clock, log: options.log, onEvent: options.onEvent },
  });
}
