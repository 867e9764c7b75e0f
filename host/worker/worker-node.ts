/**
 * A worker node: opens storage, enclave, peers and JSON-RPC, and lets the chain's events flow through its parts.
 *
 *   user ── JSON-RPC ─▶ intake ─▶ gossip ─▶ other workers
 *                         │ selected
 *                         ▼
 *        lanes ─▶ enclave ─▶ committer ─▶ Ethereum ─▶ settler ─▶ store, subscribers, gossip
 *
 * It may be killed at any instant: `start` resumes from storage and chain.
 */

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { WorkerEnclave } from "../enclave/enclave-client.ts";
import { EnclaveLink } from "../enclave/enclave-link.ts";
import type { ChainPosition } from "../ethereum/chain-follower.ts";
import { KnownPeers } from "../p2p/known-peers.ts";
import { type GossipHandlers, P2pNode } from "../p2p/p2p-node.ts";
import { peerKeyFromSeed, storedPeerKey } from "../p2p/peer-identity.ts";
import type { Address } from "../protocol/hex.ts";
import type { LogEntry } from "../protocol/log-entry.ts";
import { observing } from "../protocol/observer.ts";
import type { InfoResult } from "../protocol/rpc-types.ts";
import { historyMethods } from "../rpc/history-methods.ts";
import { RpcClient } from "../rpc/rpc-client.ts";
import { RpcServer } from "../rpc/rpc-server.ts";
import { workerMethods } from "../rpc/worker-methods.ts";
import { Store } from "../storage/store.ts";
import { followChain } from "./chain-following.ts";
import { ChainState } from "./chain-state.ts";
import { HistoryService } from "./history-service.ts";
import type { WorkerOptions } from "./node-options.ts";
import { answerPeers } from "./peer-answers.ts";
import { WorkerMembership } from "./worker-membership.ts";
import { assembleWorker, type WorkerBase, type WorkerParts } from "./worker-parts.ts";
import { resumeOpenTasks } from "./worker-recovery.ts";
import { WorkerService } from "./worker-service.ts";

/** Undoes one step of the start. */
type Closer = () => Promise<void>;

/** How long a worker that stops waits for the receipts that it has sent. */
const LEAVING_MS = 2_000;

export class WorkerNode {
  /**
   * Resolves when the worker is admitted, registered, staked and logged in; rejects with the `EnigmaError` of what refused
   * it. The worker serves as a gateway before.
   */
  readonly registered: Promise<void>;
  /** The worker's place in the register: log in and out, withdraw the stake, leave. */
  readonly membership: WorkerMembership;
  private readonly base: WorkerBase;
  private readonly parts: WorkerParts;
  private readonly service: WorkerService;
  private readonly rpc: RpcServer;
  private readonly closers: readonly Closer[];
  private readonly stopping: AbortController;
  private stopped: Promise<void> | undefined;

  /**
   * Starts a worker, or takes up the one whose data lies in the folder.
   *
   * @throws EnigmaError `data-folder-other-network`, `data-folder-other-version`, `port-in-use`, `chain-unreachable`, and
   * what launching the enclave throws; nothing is left running then
   */
  static async start(options: WorkerOptions): Promise<WorkerNode> {
    const closers: Closer[] = [];
    const stopping = new AbortController();
    try {
      return await openWorker(options, closers, stopping);
    } catch (error) {
      stopping.abort();
      await closeAll(closers);
      throw error;
    }
  }

  /** Use `start`. */
  constructor(
    base: WorkerBase,
    parts: WorkerParts,
    service: WorkerService,
    rpc: RpcServer,
    closers: readonly Closer[],
    stopping: AbortController,
  ) {
    this.base = base;
    this.parts = parts;
    this.service = service;
    this.rpc = rpc;
    this.closers = closers;
    this.stopping = stopping;
    this.membership = new WorkerMembership(base);
    this.registered = this.register();
    this.registered.catch(() => {}); // whoever awaits it gets the error; it is logged besides
  }

  get address(): Address {
    return this.base.options.account.address;
  }

  /** JSON-RPC. */
  get url(): string {
    return this.rpc.url;
  }

  /** Where peers reach this worker: multiaddrs with `/p2p/<id>`. */
  get p2pAddresses(): string[] {
    return this.base.p2p.addresses;
  }

  info(): InfoResult {
    return this.service.info();
  }

  /** The last block that this worker has taken in; without a hash, the one that the chain went back to. */
  get position(): ChainPosition {
    return this.base.chain.position;
  }

  /** The log of a contract as far as this worker has it, oldest first: ciphertext, which anybody may see. */
  async logOf(secretContract: Address): Promise<LogEntry[]> {
    const { log } = this.base.store;
    await log.written(secretContract);
    const { index } = log.start(secretContract);
    return Array.from(log.steps(secretContract, index), ({ entry }) => entry);
  }

  /** The number of tasks that were admitted and have not ended. */
  get openTasks(): number {
    return [...this.parts.pool.all()].length;
  }

  /** The enclave that runs now, for what only the debug package offers. */
  enclave(): Promise<WorkerEnclave> {
    return this.base.link.get();
  }

  /** Connects to peers besides those of the bootstrap list. */
  connect(addresses: readonly string[]): Promise<void> {
    return this.base.p2p.dial(addresses);
  }

  /** Stops everything the worker started. Tasks that are open are resumed by the next start. */
  stop(): Promise<void> {
    this.stopped ??= this.close();
    return this.stopped;
  }

  /** Receipts that are on their way are taken in first, and told: until then nobody else has their log entries. */
  private async close(): Promise<void> {
    const { committer, settler } = this.parts;
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancel = this.base.options.clock.after(LEAVING_MS, resolve);
    await Promise.race([committer.finish().then(() => settler.idle()), promise]);
    cancel();
    this.stopping.abort();
    await closeAll(this.closers);
  }

  /** Admits, registers, stakes and logs in, whatever of it is missing. @throws what the principal or the contract refuses with */
  async register(): Promise<void> {
    const { options, signal } = this.base;
    try {
      await options.mayRegister;
      await this.membership.register();
    } catch (error) {
      if (!signal.aborted) options.log.error("worker-not-registered", { reason: String(error) });
      throw error;
    }
  }

  /** Takes part in no epoch from the next snapshot on; the node stays a gateway. @throws what the contract refuses with */
  logOut(): Promise<void> {
    return this.membership.logOut();
  }

  /** Takes part again, from the next snapshot on. @throws what the contract refuses with */
  logIn(): Promise<void> {
    return this.membership.logIn();
  }

  /** @param amount base units of ENG. @throws `stake-locked` and what else the contract refuses with */
  withdrawStake(amount: bigint): Promise<void> {
    return this.membership.withdrawStake(amount);
  }

  /** Leaves the register; the stake must be withdrawn. @throws what the contract refuses with */
  unregister(): Promise<void> {
    return this.membership.unregister();
  }
}

async function openWorker(options: WorkerOptions, closers: Closer[], stopping: AbortController): Promise<WorkerNode> {
  const { clock, log, account, folder, onEvent, rpc: binding, version } = options;
  const { signal } = stopping;
  const observe = observing(account.address, clock, onEvent);
  mkdirSync(folder, { recursive: true });
  const store = await Store.open(join(folder, "store"), options.chain.domain, { durable: options.durable });
  closers.push(() => store.close());
  const chain = new ChainState(options.chain, clock, store);
  await chain.open(store.cursor.get());
  const link = await EnclaveLink.start({ launch: options.launchEnclave, clock, log, observe });
  closers.push(() => link.stop());
  const gossip = new LateHandlers();
  const p2p = await openP2p(options, gossip);
  closers.push(() => p2p.stop());
  const principal = new RpcClient(options.principalUrl);
  const base: WorkerBase = { options, store, chain, link, p2p, principal, observe, signal };
  const parts = assembleWorker(base);
  await answerPeers(p2p, { store, ...parts });
  await resumeOpenTasks({ ...base, ...parts, clock, log });
  void parts.handOver.epochSet();
  const failed = Promise.withResolvers<void>();
  closers.push(followChain(base, parts, failed.resolve));
  gossip.handlers = {
    onTask: (message) => parts.intake.fromGossip(message),
    onResult: (message) => parts.results.take(message),
  };
  p2p.onPeer((peer) => void parts.intake.fromPeer(peer));
  const { identity } = await link.get();
  const service = new WorkerService({ ...base, ...parts, version, worker: account.address, identity });
  await service.open();
  const info = {
    title: "Enigma worker",
    version,
    description: "Gateway to secret contracts (simulated enclave: for development, not for secrets).",
  };
  const history = new HistoryService({ ...base, ...parts });
  const methods = [...workerMethods(service), ...historyMethods(history)];
  const rpc = await RpcServer.start({ binding, info, methods, feed: parts.book, clock, log });
  closers.push(() => rpc.stop());
  const node = new WorkerNode(base, parts, service, rpc, closers, stopping);
  void failed.promise.then(() => node.stop());
  return node;
}

/** Gossip that arrives before the worker is put together is ignored; the peers are asked for open tasks later. */
class LateHandlers implements GossipHandlers {
  handlers: GossipHandlers | undefined;
  onTask: GossipHandlers["onTask"] = async (message) => this.handlers?.onTask(message) ?? "ignore";
  onResult: GossipHandlers["onResult"] = async (message) => this.handlers?.onResult(message) ?? "ignore";
}

async function openP2p({ p2p, folder, chain, clock, log }: WorkerOptions, handlers: GossipHandlers): Promise<P2pNode> {
  const { seed, listen = ["/ip4/127.0.0.1/tcp/0"], bootstrap = [] } = p2p;
  const { chainId, enigma } = chain.domain;
  return P2pNode.start({
    privateKey: seed === undefined ? await storedPeerKey(join(folder, "peer-key")) : await peerKeyFromSeed(seed),
    listen,
    bootstrap,
    topicPrefix: `enigma/${chainId}/${enigma}`,
    handlers,
    knownPeers: new KnownPeers(join(folder, "peers.json")),
    clock,
    log,
  });
}

async function closeAll(closers: readonly Closer[]): Promise<void> {
  for (const close of [...closers].reverse()) await close();
}
