/** Starts the parts of a local network in the order in which they need each other. */
import { ChainView } from "../ethereum/chain-view.ts";
import { JsonRpcConnection } from "../ethereum/json-rpc-connection.ts";
import type { WorkerNode } from "../worker/worker-node.ts";
import { abortable } from "./abortable.ts";
import { deployNetwork } from "./deploy-network.ts";
import { startEarly } from "./early-enclaves.ts";
import { networkAccounts } from "./network-accounts.ts";
import { openChain } from "./network-chain.ts";
import { openNetworkFolder } from "./network-folder.ts";
import { startPrincipal, startWorker } from "./network-nodes.ts";
import type { LocalNetworkOptions, NetworkContext, NetworkParts } from "./network-options.ts";
import { workerPort } from "./network-ports.ts";
import { networkRandomness, seedFingerprint } from "./seeded-bytes.ts";
import type { Shutdown } from "./shutdown.ts";

/** Opens the folder and the chain; what is opened is left to `shutdown`. */
export async function openContext(options: LocalNetworkOptions, shutdown: Shutdown): Promise<NetworkContext> {
  const { seed, chainUrl, workers, data, ports, host, log, onStep } = options;
  const signal = options.signal ?? new AbortController().signal;
  signal.throwIfAborted();
  const randomness = networkRandomness(seed);
  const identity = { chain: chainUrl ?? "built-in", seedFingerprint: seedFingerprint(seed), workers };
  const folder = await openNetworkFolder(data, identity);
  shutdown.add("data folder", () => folder.release());
  const early = startEarly({ options, folder, randomness, signal }, shutdown);
  onStep?.("blockchain");
  const chainData = data === undefined ? undefined : await folder.part("chain");
  const chain = await openChain({
    ...{ url: chainUrl, host, port: ports.chain, seeded: randomness.seeded, data: chainData, signal, logger: log },
  });
  shutdown.add("blockchain", () => chain.close());
  const connection = new JsonRpcConnection(chain.url);
  shutdown.add("connection", async () => connection.close());
  return { options, folder, early, chain, connection, accounts: networkAccounts(), randomness, signal };
}

/** Deploys what is missing and starts principal and workers; resolves when an epoch rules. */
export async function startParts(context: NetworkContext, shutdown: Shutdown): Promise<NetworkParts> {
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
  const principal = await startPrincipal(context, parts, options.ports.principal, {
    ...{ owner, early: context.early.principal },
  });
  const network = { ...parts, principal };
  shutdown.add("principal", () => network.principal.stop());
  options.onStep?.("workers");
  shutdown.add("workers", async () => void (await Promise.all(workers.map((worker) => worker.stop()))));
  await startWorkers(context, network);
  options.onStep?.("epoch");
  await abortable(principal.firstEpoch, signal);
  return network;
}

/** All at once; in a seeded network one registers after the other, so that their transactions come in the same order in every run. */
async function startWorkers(context: NetworkContext, network: NetworkParts): Promise<void> {
  const { signal, options, early, randomness } = context;
  const turns = range(options.workers).map(() => Promise.withResolvers<void>());
  const starts = turns.map(async (turn, index) => {
    const port = workerPort(options.ports, index);
    const before = randomness.seeded ? turns[index - 1]?.promise : undefined;
    const worker = await startWorker(context, network, index, {
      port,
      early: early.workers[index],
      mayRegister: before,
    });
    worker.registered.then(turn.resolve, turn.reject);
    return worker;
  });
  for (const { promise } of turns) promise.catch(() => {}); // the worker that failed says so
  const results = await Promise.allSettled(starts);
  for (const result of results) if (result.status === "fulfilled") network.workers.push(result.value);
  for (const result of results) if (result.status === "rejected") throw result.reason;
  await connectAll(network.workers);
  await abortable(Promise.all(network.workers.map((worker) => worker.registered)), signal);
}

/** Each with each, so that a view goes straight to the worker that is selected. */
async function connectAll(workers: readonly WorkerNode[]): Promise<void> {
  await Promise.all(
    workers.map((worker, index) => worker.connect(workers.slice(0, index).flatMap(({ p2pAddresses }) => p2pAddresses))),
  );
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}
