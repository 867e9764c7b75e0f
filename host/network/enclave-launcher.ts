import { join } from "node:path";
import type { PrincipalEnclave, WorkerEnclave } from "../enclave/enclave-client.ts";
import { type EnclaveOptions, startEnclave } from "../enclave/start-enclave.ts";
import { startedUnless } from "./abortable.ts";
import type { NetworkContext } from "./local-network.ts";
import { type NodePlace, nodeDomain } from "./node-place.ts";

/**
 * Starts the principal's enclave, again and again as its processes end: each on the same simulated machine, with the same
 * sealed keys. The local network uses the debug package, whose executions can be shown.
 */
export function principalEnclaveLauncher(context: NetworkContext, place: NodePlace): () => Promise<PrincipalEnclave> {
  return () =>
    startedUnless(context.signal, (signal) => {
      return startEnclave({ role: "principal", ...enclaveOptions(context, place), signal });
    });
}

/** Starts a worker's enclave. It takes contract keys from the principal that the Enigma contract names. */
export function workerEnclaveLauncher(context: NetworkContext, place: NodePlace): () => Promise<WorkerEnclave> {
  return async () => {
    const principalSigner = await place.view.contract.principalSigner();
    return startedUnless(context.signal, (signal) => {
      return startEnclave({ role: "worker", principalSigner, ...enclaveOptions(context, place), signal });
    });
  };
}

function enclaveOptions(context: NetworkContext, place: NodePlace): Omit<EnclaveOptions, "role" | "signal"> {
  return {
    package: "debug",
    platformFolder: join(place.folder, "platform"),
    sealedFile: join(place.folder, "sealed-keys"),
    ...nodeDomain(place),
    seed: context.randomness.seedFor(`platform ${place.name}`),
    engine: context.options.engine,
  };
}
