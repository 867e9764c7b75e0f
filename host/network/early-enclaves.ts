/**
 * Enclaves that are started before their nodes. Starting them takes most of a network's start and needs nothing of the chain
 * but where Enigma will stand, which is known beforehand on a chain of our own: so they start while the chain does.
 */
import type { Enclave, PrincipalEnclave, WorkerEnclave } from "../enclave/enclave-client.ts";
import { deploymentAddresses } from "../ethereum/deploy-contracts.ts";
import { DEV_CHAIN_ID } from "../ethereum/dev-chain.ts";
import { type EnclaveSettings, launchPrincipal, launchWorker } from "./enclave-launcher.ts";
import { networkAccounts } from "./network-accounts.ts";
import type { NetworkFolder } from "./network-folder.ts";
import type { LocalNetworkOptions } from "./network-options.ts";
import type { NetworkRandomness } from "./seeded-bytes.ts";
import type { Shutdown } from "./shutdown.ts";

export interface EarlyEnclaves {
  readonly principal?: Promise<PrincipalEnclave>;
  /** By index. */
  readonly workers: readonly Promise<WorkerEnclave>[];
}

/** What the enclaves of a network have in common. */
export interface EnclaveSurroundings {
  readonly options: LocalNetworkOptions;
  readonly folder: NetworkFolder;
  readonly randomness: NetworkRandomness;
  readonly signal: AbortSignal;
}

/** Name of worker `index`, counted from 0: of its folder, and of its share of the seed. */
export function workerName(index: number): string {
  return `worker-${index + 1}`;
}

/** What the enclave of the named node is started with, besides its place. */
export function enclaveSettings(
  { randomness, options, signal }: EnclaveSurroundings,
  name: string,
): Omit<EnclaveSettings, "folder" | "domain"> {
  const inProcess = options.enclaves === "in-process";
  return { seed: randomness.seedFor(`platform ${name}`), engine: options.engine, inProcess, signal };
}

/** Starts all enclaves of a network of our own; those of others' chains start with their nodes. */
export function startEarly(surroundings: EnclaveSurroundings, shutdown: Shutdown): EarlyEnclaves {
  const { options, folder } = surroundings;
  if (options.chainUrl !== undefined) return { workers: [] };
  const { enigma } = deploymentAddresses(networkAccounts().owner.address);
  const settings = async (name: string): Promise<EnclaveSettings> => ({
    ...{ folder: await folder.part(name), domain: { chainId: BigInt(DEV_CHAIN_ID), enigma } },
    ...enclaveSettings(surroundings, name),
  });
  const principal = settings("principal").then(launchPrincipal);
  const workers = Array.from({ length: options.workers }, async (_, index) => {
    const { signer } = (await principal).identity;
    return launchWorker(await settings(workerName(index)), signer);
  });
  const all: readonly Promise<Enclave>[] = [principal, ...workers];
  // A node that has taken its enclave ends it itself before; where the start fails first, nobody else would.
  shutdown.add("enclaves", async () => {
    for (const started of await Promise.allSettled(all))
      if (started.status === "fulfilled") await started.value.close();
  });
  for (const enclave of all) enclave.catch(() => {}); // whoever takes it gets the error
  return { principal, workers };
}
