import { join } from "node:path";
import type { PrincipalEnclave, WorkerEnclave } from "../enclave/enclave-client.ts";
import { type EnclaveOptions, startEnclave } from "../enclave/start-enclave.ts";
import { startedUnless } from "./abortable.ts";
import { type NodePlace, nodeDomain } from "./node-place.ts";

/** What an enclave is started with, beside its role. */
export interface EnclaveSettings {
  readonly place: NodePlace;
  /** 32 bytes that the simulated machine draws everything from; undefined to draw in earnest. */
  readonly seed: Uint8Array | undefined;
  readonly engine: EnclaveOptions["engine"];
  /** Ends a start. */
  readonly signal: AbortSignal;
}

/**
 * Starts the principal's enclave, again and again as its processes end: each on the same simulated machine, with the same
 * sealed keys. Local networks use the debug package, whose executions can be shown.
 */
export function principalEnclaveLauncher(settings: EnclaveSettings): () => Promise<PrincipalEnclave> {
  return () =>
    startedUnless(settings.signal, (signal) => {
      return startEnclave({ role: "principal", ...enclaveOptions(settings), signal });
    });
}

/** Starts a worker's enclave. It takes contract keys from the principal that the Enigma contract names. */
export function workerEnclaveLauncher(settings: EnclaveSettings): () => Promise<WorkerEnclave> {
  return async () => {
    const principalSigner = await settings.place.view.contract.principalSigner();
    return startedUnless(settings.signal, (signal) => {
      return startEnclave({ role: "worker", principalSigner, ...enclaveOptions(settings), signal });
    });
  };
}

function enclaveOptions({ place, seed, engine }: EnclaveSettings): Omit<EnclaveOptions, "role" | "signal"> {
  return {
    package: "debug",
    platformFolder: join(place.folder, "platform"),
    sealedFile: join(place.folder, "sealed-keys"),
    ...nodeDomain(place),
    ...{ seed, engine },
  };
}
