/** Undoes executed tasks in the enclave. */

import type { WorkerEnclave } from "../enclave/enclave-client.ts";
import type { EnclaveLink } from "../enclave/enclave-link.ts";
import type { Address, Hash } from "../protocol/hex.ts";
import type { ChainState } from "./chain-state.ts";
import type { HeldStates } from "./held-states.ts";
import type { ExecutedTask } from "./lane.ts";
import { contractsOf } from "./open-task.ts";

export interface EnclaveUndoOptions {
  readonly chain: Pick<ChainState, "tip">;
  readonly link: EnclaveLink<WorkerEnclave>;
  readonly held: HeldStates;
}

/**
 * Undoes the last executed tasks of a group in the enclave. Where what it then holds is not what stands on chain, or cannot be
 * told, the contract is loaded again before its next task.
 */
export async function undoInEnclave(
  { chain, link, held }: EnclaveUndoOptions,
  group: Address,
  undone: readonly ExecutedTask[],
): Promise<void> {
  const contracts = new Set(undone.flatMap(({ task }) => contractsOf(task).map((each) => each.secretContract)));
  try {
    const enclave = await link.get();
    const tips = new Map<Address, Hash>();
    for (const { task, logs } of undone) {
      if (logs.length === 0) continue;
      const settled = await enclave.settle({ group, taskId: task.taskId, committed: false });
      for (const { secretContract, tip } of settled.tips) tips.set(secretContract, tip);
      // Those after it are undone with it. Where it was not pending any more, they may be.
      if (settled.tips.length > 0) break;
    }
    for (const secretContract of contracts) {
      const tip = tips.get(secretContract) ?? (await enclave.contractState({ secretContract })).tip;
      if (tip !== (await chain.tip(secretContract))) held.moved(secretContract);
    }
  } catch {
    for (const secretContract of contracts) held.moved(secretContract);
  }
}
