/** What a test may see of a task inside: its debug lines, from the debug enclave, and its entries in the contracts' logs. */
import type { Inspection } from "../../enclave/enclave-client.ts";
import type { LocalNetwork } from "../../network/local-network.ts";
import { EnigmaError } from "../../protocol/errors/enigma-error.ts";
import type { Address, Hash } from "../../protocol/hex.ts";
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

  /** @param worker who executed it, where that is known */
  async of(taskId: Hash, moves: readonly Move[], worker: Address | undefined): Promise<InspectedTask> {
    const executing = await this.#executing(taskId, worker);
    if (executing === undefined) return { logs: [], deltaBytes: [], checkpointBytes: [] };
    const { inspection } = executing;
    const moved = moves.filter(({ stateBefore, stateAfter }) => stateBefore !== stateAfter);
    const sizes = await Promise.all(
      moved.map(({ secretContract }) => entryBytes(executing.worker, secretContract, taskId)),
    );
    return {
      logs: inspection.logs,
      deltaBytes: sizes.map(({ delta }) => delta),
      checkpointBytes: sizes.map(({ checkpoint }) => checkpoint),
    };
  }

  /** The running worker that executed a task; undefined where its enclave has forgotten it, or is down. */
  async #executing(taskId: Hash, executor: Address | undefined): Promise<Executing | undefined> {
    // Another one may remember a task of the same id from before the network went back.
    const isExecutor = ({ address }: WorkerNode): boolean => address === executor;
    const { workers } = this.#network;
    for (const worker of [...workers.filter(isExecutor), ...workers.filter((each) => !isExecutor(each))]) {
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
