/** What a test may see of a task inside: its debug lines, from the debug enclave, and its entries in the contracts' logs. */
import type { Inspection } from "../../enclave/enclave-client.ts";
import type { LocalNetwork } from "../../network/local-network.ts";
import { EnigmaError } from "../../protocol/errors/enigma-error.ts";
import type { Hash } from "../../protocol/hex.ts";
import { LOG_ENTRY_KIND } from "../../protocol/log-entry.ts";
import type { Move } from "../../protocol/receipt.ts";
import type { WorkerNode } from "../../worker/worker-node.ts";

export interface InspectedTask {
  readonly logs: readonly string[];
  /** As `Observed` has them. */
  readonly deltaBytes: readonly number[];
  readonly checkpointBytes: readonly number[];
}

interface Executing {
  readonly worker: WorkerNode;
  readonly inspection: Inspection;
}

export class TaskInspection {
  readonly #network: LocalNetwork;

  constructor(network: LocalNetwork) {
    this.#network = network;
  }

  async of(taskId: Hash, moves: readonly Move[]): Promise<InspectedTask> {
    const executing = await this.#executing(taskId);
    if (executing === undefined) return { logs: [], deltaBytes: [], checkpointBytes: [] };
    const { worker, inspection } = executing;
    const moved = moves.filter(({ stateBefore, stateAfter }) => stateBefore !== stateAfter);
    const sizes = await Promise.all(moved.map(({ secretContract }) => entryBytes(worker, secretContract, taskId)));
    return {
      logs: inspection.logs,
      deltaBytes: sizes.map(({ delta }) => delta),
      checkpointBytes: sizes.map(({ checkpoint }) => checkpoint),
    };
  }

  /** The running worker that executed a task; undefined where its enclave has forgotten it, or is down. */
  async #executing(taskId: Hash): Promise<Executing | undefined> {
    for (const worker of this.#network.workers) {
      try {
        return { worker, inspection: await (await worker.enclave()).inspect({ taskId }) };
      } catch (error) {
        if (!(error instanceof EnigmaError)) throw error;
      }
    }
    return undefined;
  }
}

async function entryBytes(worker: WorkerNode, secretContract: Move["secretContract"], taskId: Hash) {
  const entries = (await worker.logOf(secretContract)).filter((entry) => entry.taskId === taskId);
  const bytesOf = (kind: number): number =>
    entries.filter((entry) => entry.kind === kind).reduce((sum, { ciphertext }) => sum + ciphertext.length, 0);
  return { delta: bytesOf(LOG_ENTRY_KIND.delta), checkpoint: bytesOf(LOG_ENTRY_KIND.checkpoint) };
}
