/**
 * The principal node: its enclave holds the master secret; the node carries quotes, requests and signatures between that
 * enclave, the workers and Ethereum. It may be killed at any instant; after a restart it repeats to the enclave what the
 * enclave kept in memory only.
 */

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { PrincipalEnclave } from "../enclave/enclave-client.ts";
import { EnclaveLink } from "../enclave/enclave-link.ts";
import type { ChainPosition } from "../ethereum/chain-follower.ts";
import type { ChainView } from "../ethereum/chain-view.ts";
import type { EnigmaAccount } from "../ethereum/enigma-account.ts";
import type { Clock } from "../protocol/clock.ts";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import type { Address } from "../protocol/hex.ts";
import type { Logger } from "../protocol/logger.ts";
import type { NodeObserver } from "../protocol/node-event.ts";
import { observing } from "../protocol/observer.ts";
import { VERSION } from "../protocol/version.ts";
import { principalMethods } from "../rpc/principal-methods.ts";
import { type RpcBinding, RpcServer } from "../rpc/rpc-server.ts";
import { PrincipalStore } from "../storage/principal-store.ts";
import { EpochSetter } from "./epoch-setter.ts";
import { PrincipalService } from "./principal-service.ts";

export interface PrincipalOptions {
  /** The data folder; belongs to one network. */
  readonly folder: string;
  /** Starts the enclave's process; called again whenever it has died. */
  readonly launchEnclave: () => Promise<PrincipalEnclave>;
  readonly chain: ChainView;
  /** Sends the epochs. */
  readonly account: EnigmaAccount;
  /** Registers the principal's enclave on the first start: the owner of the Enigma contract; `account` by default. */
  readonly owner?: EnigmaAccount | undefined;
  readonly rpc: RpcBinding;
  /** The first epoch is set when this many workers are logged in. */
  readonly expectedWorkers: number;
  readonly clock: Clock;
  readonly log: Logger;
  readonly onEvent?: NodeObserver | undefined;
}

type Closer = () => Promise<void>;

export class PrincipalNode {
  /** The address of the enclave's signing key, under which the contract knows the principal. */
  readonly signer: Address;
  /** Resolves when the network has an epoch, at once where it had one before. */
  readonly firstEpoch: Promise<void>;
  private readonly following: EpochFollowing;
  private readonly rpc: RpcServer;
  private readonly closers: readonly Closer[];
  private readonly stopping: AbortController;
  private stopped: Promise<void> | undefined;

  /**
   * Starts the principal, or takes up the one whose data lies in the folder.
   *
   * @throws EnigmaError `data-folder-other-network`, `data-folder-other-version`, `port-in-use`, `principal-other-signer`,
   * `chain-unreachable`, and what launching the enclave throws; nothing is left running then
   */
  static async start(options: PrincipalOptions): Promise<PrincipalNode> {
    const closers: Closer[] = [];
    const stopping = new AbortController();
    try {
      return await openPrincipal(options, closers, stopping);
    } catch (error) {
      stopping.abort();
      await closeAll(closers);
      throw error;
    }
  }

  /** Use `start`. */
  constructor(
    signer: Address,
    epochs: EpochSetter,
    following: EpochFollowing,
    rpc: RpcServer,
    closers: readonly Closer[],
    stopping: AbortController,
  ) {
    this.signer = signer;
    this.firstEpoch = epochs.first;
    this.following = following;
    this.rpc = rpc;
    this.closers = closers;
    this.stopping = stopping;
  }

  /** The last block that the principal has taken in; without a hash, the one that the chain went back to. */
  get position(): ChainPosition {
    return this.following.position;
  }

  /** JSON-RPC for the workers. */
  get url(): string {
    return this.rpc.url;
  }

  /** Stops everything the node started. */
  stop(): Promise<void> {
    this.stopping.abort();
    this.stopped ??= closeAll(this.closers);
    return this.stopped;
  }
}

async function openPrincipal(
  options: PrincipalOptions,
  closers: Closer[],
  stopping: AbortController,
): Promise<PrincipalNode> {
  const { folder, chain, account, clock, log, onEvent, rpc: binding, expectedWorkers } = options;
  const observe = observing(account.address, clock, onEvent);
  mkdirSync(folder, { recursive: true });
  const store = await PrincipalStore.open(join(folder, "store"), chain.domain);
  closers.push(() => store.close());
  const launch = async () => repeatToEnclave(await options.launchEnclave(), store, chain, log);
  const link = await EnclaveLink.start({ launch, clock, log, observe });
  closers.push(() => link.stop());
  const enclave = await link.get();
  await registerPrincipal(enclave, options.owner ?? account);
  const epochs = new EpochSetter({ chain, account, link, store, expectedWorkers, log, observe });
  const { identity } = enclave;
  const service = new PrincipalService({
    identity,
    chain,
    link,
    store,
    latestEpoch: () => epochs.latestNumber,
    observe,
  });
  const info = {
    title: "Enigma principal",
    version: VERSION,
    description: "Keys of secret contracts for the enclaves of workers (simulated enclave).",
  };
  const head = await chain.head();
  await epochs.open();
  const following = followEpochs(chain, head, epochs, stopping.signal, log);
  closers.push(() => following.done);
  const rpc = await RpcServer.start({ binding, info, methods: principalMethods(service), clock, log });
  closers.push(() => rpc.stop());
  return new PrincipalNode(identity.signer, epochs, following, rpc, closers, stopping);
}

/** Tells a fresh enclave process which workers were admitted and which epochs it signed. */
async function repeatToEnclave(
  enclave: PrincipalEnclave,
  store: PrincipalStore,
  chain: ChainView,
  log: Logger,
): Promise<PrincipalEnclave> {
  const { timestamp } = await chain.head();
  for (const admission of store.admissions()) {
    try {
      await enclave.admitWorker({ ...admission, now: timestamp });
    } catch (error) {
      // Its quote may have expired, or it runs an older enclave: it has to register again.
      log.warn("worker-not-admitted-again", {
        signer: admission.signer,
        code: error instanceof EnigmaError ? error.code : "unexpected",
      });
    }
  }
  for (const epoch of store.epochs()) await enclave.signEpoch(epoch);
  return enclave;
}

async function registerPrincipal(enclave: PrincipalEnclave, owner: EnigmaAccount): Promise<void> {
  const { signer } = enclave.identity;
  const registered = await owner.contract.principalSigner();
  if (registered === signer) return;
  if (registered !== undefined) throw new EnigmaError("principal-other-signer", { data: { registered, signer } });
  const { quote } = await enclave.quote();
  await owner.registerPrincipal(signer, quote);
}

interface EpochFollowing {
  position: ChainPosition;
  /** Resolves when the following has ended. */
  readonly done: Promise<void>;
}

/** Follows the chain until the node stops. */
function followEpochs(
  chain: ChainView,
  after: Awaited<ReturnType<ChainView["head"]>>,
  epochs: EpochSetter,
  signal: AbortSignal,
  log: Logger,
): EpochFollowing {
  const follow = async (): Promise<void> => {
    for await (const step of chain.follow({ after, signal })) {
      if (step.kind === "block") await epochs.takeBlock(step);
      else await epochs.takeRollback();
      following.position = step.kind === "block" ? { number: step.number, hash: step.hash } : { number: step.to };
    }
  };
  const following: EpochFollowing = {
    position: { number: after.number, hash: after.hash },
    done: Promise.resolve()
      .then(follow)
      .catch((error: unknown) => {
        if (!signal.aborted) log.error("chain-not-followed", { reason: String(error) });
      }),
  };
  return following;
}

async function closeAll(closers: readonly Closer[]): Promise<void> {
  for (const close of [...closers].reverse()) await close();
}
