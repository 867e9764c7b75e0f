/** Auditors of a test network: enclaves of their own on machines of their own, each executing with another of V8's compilers. */
import { Auditor } from "../../auditor/auditor.ts";
import type { V8Flag } from "../../enclave/enclave-channel.ts";
import type { LocalNetwork } from "../../network/local-network.ts";
import type { Hash } from "../../protocol/hex.ts";
import type { Reexecution } from "../contract/executor.ts";
import { tierName, V8_TIERS } from "../contract/v8-tiers.ts";

export class NetworkAuditors {
  readonly #network: LocalNetwork;
  /** Kept for the next replay, until the chain goes back. */
  #auditors: Promise<Auditor>[] | undefined;

  constructor(network: LocalNetwork) {
    this.#network = network;
  }

  /** Executes a settled task once more in each. @throws what `Auditor.replay` throws */
  async replay(taskId: Hash): Promise<Reexecution[]> {
    this.#auditors ??= V8_TIERS.map((v8Flags) => this.#start(v8Flags));
    const auditors = await Promise.all(this.#auditors);
    return Promise.all(
      auditors.map(async (auditor, tier): Promise<Reexecution> => {
        const where = `an auditor's enclave (${tierName(V8_TIERS[tier] ?? [])})`;
        const replay = await auditor.replay(taskId);
        if (replay.verdict === "task-refunded")
          return { where, difference: "the task was refunded: nobody executed it" };
        const { difference } = replay;
        if (difference === null) return { where, difference: undefined };
        const { field, expected, actual } = difference;
        return { where, difference: `${field} is ${actual}, not ${expected}` };
      }),
    );
  }

  /** Ends them; the next replay starts others. */
  async close(): Promise<void> {
    const auditors = this.#auditors ?? [];
    this.#auditors = undefined;
    for (const auditor of await Promise.allSettled(auditors)) {
      if (auditor.status === "fulfilled") await auditor.value.close();
    }
  }

  #start(v8Flags: readonly V8Flag[]): Promise<Auditor> {
    const { workers, chain, principal, domain } = this.#network;
    const rpc = workers.map(({ url }) => url);
    return Auditor.start({ rpc, ethereum: chain.url, principal: principal.url, domain, package: "debug", v8Flags });
  }
}
