/** Puts into the enclave what the first task of a lane needs: modules, keys and states of all contracts that it may touch. */

import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import { TASK_KIND } from "../protocol/task-record.ts";
import type { ChainState } from "./chain-state.ts";
import type { HeldStates } from "./held-states.ts";
import type { KeySupply } from "./key-supply.ts";
import type { Lane } from "./lane.ts";
import type { ModuleSupply } from "./module-supply.ts";
import { contractsOf, type OpenTask, wantedOf } from "./open-task.ts";
import type { StateLoader } from "./state-loader.ts";

export interface LanePreparationOptions {
  readonly chain: Pick<ChainState, "currentEpoch">;
  readonly keys: Pick<KeySupply, "holds" | "ensure">;
  readonly modules: Pick<ModuleSupply, "isLoaded" | "load">;
  readonly loader: Pick<StateLoader, "bring" | "begin">;
  readonly held: HeldStates;
}

export class LanePreparation {
  private readonly options: LanePreparationOptions;

  constructor(options: LanePreparationOptions) {
    this.options = options;
  }

  /** Says, without waiting, whether a task can be executed now. */
  isReady(task: OpenTask): boolean {
    const { keys, chain, modules, held } = this.options;
    const epoch = chain.currentEpoch?.number;
    if (epoch === undefined) return false;
    return contractsOf(task).every(
      ({ secretContract, codeHash, rules }) =>
        held.isCurrent(secretContract) &&
        modules.isLoaded(codeHash, rules) &&
        keys.holds(secretContract, task.record.epoch) &&
        keys.holds(secretContract, epoch),
    );
  }

  /**
   * Resolves when the lane's first task can be executed; to false where executed tasks have to be settled first.
   *
   * @throws EnigmaError `module-missing`, `log-unavailable`, `enclave-gone`, `no-epoch`
   */
  async prepare(lane: Lane): Promise<boolean> {
    const { chain, keys, modules, held, loader } = this.options;
    const [first] = lane.waiting;
    const epoch = chain.currentEpoch?.number;
    if (first === undefined) return false;
    if (epoch === undefined) throw new EnigmaError("no-epoch");
    const epochs = new Set([epoch, first.record.epoch]);
    const wanted = wantedOf(first);
    await Promise.all([
      ...contractsOf(first).map(({ codeHash, rules }) => modules.load(codeHash, rules)),
      ...wanted.flatMap((contract) => [...epochs].map((each) => keys.ensure(contract, each))),
    ]);
    const missing = wanted.filter(({ secretContract }) => !held.isCurrent(secretContract));
    if (missing.some(({ secretContract }) => lane.isPending(secretContract))) return false;
    const isDeployment = first.record.kind === TASK_KIND.deploy;
    await Promise.all(missing.map((contract) => (isDeployment ? loader.begin(contract) : loader.bring(contract))));
    return true;
  }
}
