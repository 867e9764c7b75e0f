import { join } from "node:path";
import type { Enclave, PrincipalEnclave, WorkerEnclave } from "../enclave/enclave-client.ts";
import { type EnclaveOptions, startEnclave } from "../enclave/start-enclave.ts";
import type { EnigmaDomain } from "../protocol/eip712-domain.ts";
import type { Address } from "../protocol/hex.ts";
import { startedUnless } from "./abortable.ts";
import { type NodePlace, nodeDomain } from "./node-place.ts";

/** What an enclave is started with, beside its role. */
export interface EnclaveSettings {
  /** Where its sealed keys and its simulated machine lie. */
  readonly folder: string;
  readonly domain: EnigmaDomain;
  /** 32 bytes that the simulated machine draws everything from; undefined to draw in earnest. */
  readonly seed: Uint8Array | undefined;
  readonly engine: EnclaveOptions["engine"];
  /** Whether it runs in this process, as in tests, where nothing keeps its memory from the host. */
  readonly inProcess: boolean;
  /** Ends a start. */
  readonly signal: AbortSignal;
}

/**
 * Starts the principal's enclave, again and again as its processes end: each on the same simulated machine, with the same
 * sealed keys. Local networks use the debug package, whose executions can be shown, and let auditors replay them.
 *
 * @param early one that was started before its node
 */
export function principalEnclaveLauncher(
  settings: EnclaveSettings,
  early?: Promise<PrincipalEnclave>,
): () => Promise<PrincipalEnclave> {
  return first(early, () => launchPrincipal(settings));
}

/** Starts a worker's enclave. It takes contract keys from the principal that the Enigma contract names. */
export function workerEnclaveLauncher(
  settings: EnclaveSettings,
  { view }: NodePlace,
  early?: Promise<WorkerEnclave>,
): () => Promise<WorkerEnclave> {
  return first(early, async () => launchWorker(settings, await view.contract.principalSigner()));
}

export function launchPrincipal(settings: EnclaveSettings): Promise<PrincipalEnclave> {
  return startedUnless(settings.signal, (signal) => {
    return startEnclave({ role: "principal", auditors: "any", ...enclaveOptions(settings), signal });
  });
}

/** @param principalSigner whom the enclave is to take contract keys from */
export function launchWorker(settings: EnclaveSettings, principalSigner: Address | undefined): Promise<WorkerEnclave> {
  return startedUnless(settings.signal, (signal) => {
    return startEnclave({ role: "worker", principalSigner, ...enclaveOptions(settings), signal });
  });
}

/** The settings of the enclave of a node. */
export function settingsAt(place: NodePlace, settings: Omit<EnclaveSettings, "folder" | "domain">): EnclaveSettings {
  return { folder: place.folder, domain: nodeDomain(place), ...settings };
}

function first<E extends Enclave>(early: Promise<E> | undefined, launch: () => Promise<E>): () => Promise<E> {
  let waiting = early;
  return () => {
    const enclave = waiting ?? launch();
    waiting = undefined;
    return enclave;
  };
}

function enclaveOptions(settings: EnclaveSettings): Omit<EnclaveOptions, "role" | "signal"> {
  const { folder, domain, seed, engine, inProcess } = settings;
  return {
    package: "debug",
    platformFolder: join(folder, "platform"),
    sealedFile: join(folder, "sealed-keys"),
    ...domain,
    ...{ seed, engine, inProcess },
  };
}
