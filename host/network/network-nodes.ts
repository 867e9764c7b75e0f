/** The nodes of a local network, each from its share of the network's folder, seed, ports and accounts. */
import type { PrincipalEnclave, WorkerEnclave } from "../enclave/enclave-client.ts";
import type { ChainView } from "../ethereum/chain-view.ts";
import type { DevAccount } from "../ethereum/dev-accounts.ts";
import { EnigmaAccount } from "../ethereum/enigma-account.ts";
import { TokenContract } from "../ethereum/token-contract.ts";
import { PrincipalNode } from "../principal/principal-node.ts";
import { VERSION } from "../protocol/version.ts";
import { WorkerNode } from "../worker/worker-node.ts";
import { STAKE } from "./deploy-network.ts";
import { enclaveSettings, workerName } from "./early-enclaves.ts";
import { principalEnclaveLauncher, settingsAt, workerEnclaveLauncher } from "./enclave-launcher.ts";
import type { NetworkContext, NodeSurroundings } from "./network-options.ts";
import { workerPort } from "./network-ports.ts";
import { peerListener, rpcBinding } from "./node-binding.ts";
import { transactionSender } from "./transaction-order.ts";

/** Where a worker is to be found. */
export interface WorkerAddresses {
  /** Of its JSON-RPC. */
  readonly port: number;
  /** Multiaddrs for its peers; absent for a free port. */
  readonly listen?: readonly string[];
}

/** How a worker is started beside that. */
export interface WorkerStart extends WorkerAddresses {
  /** Its enclave, where that was started before. */
  readonly early?: Promise<WorkerEnclave> | undefined;
  /** Registers only after this. */
  readonly mayRegister?: Promise<void> | undefined;
}

export async function startPrincipal(
  context: NetworkContext,
  { view }: NodeSurroundings,
  port: number,
  { owner, early }: { readonly owner?: EnigmaAccount; readonly early?: Promise<PrincipalEnclave> | undefined } = {},
): Promise<PrincipalNode> {
  const { options, folder, accounts } = context;
  const path = await folder.part("principal");
  const place = { name: "principal", folder: path, view };
  const account = nodeAccount(context, view, accounts.principal);
  return PrincipalNode.start({
    ...{ folder: path, chain: view, account, owner, expectedWorkers: options.workers },
    rpc: rpcBinding(options.host, port),
    launchEnclave: principalEnclaveLauncher(settingsAt(place, enclaveSettings(context, place.name)), early),
    ...{ clock: options.clock, log: options.log, onEvent: options.onEvent },
  });
}

/** Starts worker `index`, counted from 0, or takes it up from its folder. */
export async function startWorker(
  context: NetworkContext,
  network: NodeSurroundings,
  index: number,
  { early, mayRegister, ...addresses }: WorkerStart = { port: workerPort(context.options.ports, index) },
): Promise<WorkerNode> {
  const { options, folder, accounts, randomness } = context;
  const name = workerName(index);
  const path = await folder.part(name);
  const account = nodeAccount(context, network.view, accounts.workers[index] as DevAccount);
  const place = { name, folder: path, view: network.view };
  const others = network.workers.filter((_, other) => other !== index);
  return WorkerNode.start({
    ...{ folder: path, chain: network.view, account, principalUrl: network.principal?.url ?? "", stake: STAKE },
    launchEnclave: workerEnclaveLauncher(settingsAt(place, enclaveSettings(context, name)), place, early),
    ...{ mayRegister, durable: options.durable },
    token: new TokenContract(context.connection, network.token),
    rpc: rpcBinding(options.host, addresses.port),
    p2p: {
      listen: addresses.listen ?? [peerListener(options.host)],
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
