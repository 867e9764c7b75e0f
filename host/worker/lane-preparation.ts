/**
 * Puts into the enclave what the tasks of a contract need: module, keys, and the state, rebuilt from the encrypted log.
 */

import type { WantedContract, WorkerEnclave } from "../enclave/enclave-client.ts";
import type { EnclaveLink } from "../enclave/enclave-link.ts";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import type { Address, Hash } from "../protocol/hex.ts";
import type { LogEntry } from "../protocol/log-entry.ts";
import { TASK_KIND } from "../protocol/task-record.ts";
import type { LogStore } from "../storage/log-store.ts";
import type { ChainState } from "./chain-state.ts";
import type { KeySupply } from "./key-supply.ts";
import type { Lane } from "./lane.ts";
import type { LogSupply } from "./log-supply.ts";
import type { ModuleSupply } from "./module-supply.ts";
import type { OpenTask } from "./open-task.ts";

/** Bytes of log entries that go into one ecall. */
const LOG_CHUNK_BYTES = 1024 * 1024;

export interface LanePreparationOptions {
  readonly chain: ChainState;
  readonly link: EnclaveLink<WorkerEnclave>;
  readonly keys: KeySupply;
  readonly modules: ModuleSupply;
  readonly logs: LogSupply;
  readonly store: LogStore;
}

export class LanePreparation {
  private readonly options: LanePreparationOptions;

  constructor(options: LanePreparationOptions) {
    this.options = options;
  }

  /** Says, without waiting, whether a task of the lane can be executed now. */
  isReady(lane: Lane, task: OpenTask): boolean {
    const { link, keys, chain, modules } = this.options;
    const epoch = chain.currentEpoch?.number;
    if (epoch === undefined || lane.loadedIn !== link.generation) return false;
    if (!modules.isLoaded(task.record.codeHash, task.record.rules)) return false;
    return keys.holds(lane.secretContract, task.record.epoch) && keys.holds(lane.secretContract, epoch);
  }

  /**
   * Resolves when the lane's first tasks can be executed; to false where executed tasks have to be settled first.
   *
   * @throws EnigmaError `module-missing`, `log-unavailable`, `enclave-gone`, `no-epoch`
   */
  async prepare(lane: Lane): Promise<boolean> {
    const { chain, keys, modules, link } = this.options;
    const [first] = lane.waiting;
    const epoch = chain.currentEpoch?.number;
    if (first === undefined) return false;
    if (epoch === undefined) throw new EnigmaError("no-epoch");
    const { secretContract, codeHash, rules } = first.record;
    const holder: WantedContract = { secretContract, codeHash, group: first.group };
    const epochs = new Set([epoch, ...lane.waiting.map((task) => task.record.epoch)]);
    await Promise.all([modules.load(codeHash, rules), ...[...epochs].map((each) => keys.ensure(holder, each))]);
    if (lane.loadedIn === link.generation) return true;
    if (lane.unsettled.size > 0) return false;
    const generation = link.generation;
    if (first.record.kind === TASK_KIND.call) await this.loadState(holder);
    lane.loadedIn = generation;
    return true;
  }

  /** Rebuilds the contract's state in the enclave from the whole log. */
  private async loadState(holder: WantedContract): Promise<void> {
    const { logs, store, keys, link } = this.options;
    const { secretContract, codeHash } = holder;
    await logs.complete(secretContract);
    const epochs = new Set<bigint>();
    for (const { entry } of store.steps(secretContract, 0)) epochs.add(entry.epoch);
    await Promise.all([...epochs].map((epoch) => keys.ensure(holder, epoch)));
    const enclave = await link.get();
    for (const { entries, expectedTip } of this.chunks(secretContract)) {
      await enclave.loadLog({ secretContract, codeHash, entries, expectedTip });
    }
  }

  private *chunks(secretContract: Address): Generator<{ entries: LogEntry[]; expectedTip: Hash }> {
    const { store } = this.options;
    let entries: LogEntry[] = [];
    let bytes = 0;
    let expectedTip = store.tip(secretContract).tip;
    for (const { entry, stateAfter } of store.steps(secretContract, 0)) {
      entries.push(entry);
      bytes += entry.ciphertext.length + 128;
      expectedTip = stateAfter;
      if (bytes < LOG_CHUNK_BYTES) continue;
      yield { entries, expectedTip };
      entries = [];
      bytes = 0;
    }
    if (entries.length > 0) yield { entries, expectedTip };
  }
}
