/** Auditors of a test network. */
import { Auditor, type AuditorOptions } from "../../host/auditor/auditor.ts";
import type { TestNetwork } from "../../host/testing/test-network.ts";

/** Where an auditor finds a network. */
export function placesOf({ local }: TestNetwork): Pick<AuditorOptions, "rpc" | "ethereum" | "principal"> {
  return { rpc: local.workers.map(({ url }) => url), ethereum: local.chain.url, principal: local.principal.url };
}

/** Starts an auditor of a network. */
export function auditorOf(network: TestNetwork, options: Partial<AuditorOptions> = {}): Promise<Auditor> {
  return Auditor.start({ ...placesOf(network), ...options });
}
