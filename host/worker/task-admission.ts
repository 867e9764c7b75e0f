/**
 * Decides which tasks are taken in: only those that Ethereum has on record as they are, and that have not ended. What is
 * refused here changes nothing and costs nobody anything.
 */

import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import type { Address, Hash } from "../protocol/hex.ts";
import { ZERO_HASH } from "../protocol/hex.ts";
import { inputHash } from "../protocol/input-hash.ts";
import { keccak } from "../protocol/keccak.ts";
import { OUTCOME, outcomeSlot } from "../protocol/outcome.ts";
import { taskId as idOf } from "../protocol/task-id.ts";
import { encodeTaskRecord, TASK_KIND, type TaskRecord } from "../protocol/task-record.ts";
import type { Store } from "../storage/store.ts";
import type { ChainState } from "./chain-state.ts";
import type { OpenTask } from "./open-task.ts";
import type { TaskPool } from "./task-pool.ts";

/** A task as it arrives. */
export interface ArrivingTask {
  readonly record: TaskRecord;
  readonly input: Uint8Array;
  readonly userKey: Uint8Array;
}

/** How long a task may be ahead of the blocks that this node has taken in. */
const BLOCK_WAIT_MS = 5_000;

export interface TaskAdmissionOptions {
  readonly chain: ChainState;
  readonly pool: TaskPool;
  readonly store: Store;
  /** Says whether the end of a task is known. */
  readonly isSettled: (taskId: Hash) => boolean;
  /** @throws EnigmaError naming the rule that a module breaks */
  readonly checkModule: (module: Uint8Array) => Promise<void>;
}

export class TaskAdmission {
  private readonly options: TaskAdmissionOptions;

  constructor(options: TaskAdmissionOptions) {
    this.options = options;
  }

  taskIdOf(record: TaskRecord): Hash {
    return idOf(this.options.chain.domain, record.sender, record.nonce);
  }

  /**
   * Checks a task against the chain, waiting for the block of its record.
   *
   * @throws EnigmaError `input-hash-mismatch`, `record-not-found`, `record-mismatch`, `task-already-settled`,
   * `contract-not-deployed`, `no-epoch`
   */
  async check(task: ArrivingTask): Promise<OpenTask> {
    const { record, input, userKey } = task;
    const actual = inputHash(input, userKey);
    if (actual !== record.inputHash) {
      throw new EnigmaError("input-hash-mismatch", { data: { actual, expected: record.inputHash } });
    }
    const taskId = this.taskIdOf(record);
    const recordBytes = encodeTaskRecord(record);
    const recordHash = keccak(recordBytes);
    await this.checkRecord(taskId, record, recordHash);
    const group = await this.groupOf(record);
    if (this.options.chain.selectedWorker(group) === undefined) throw new EnigmaError("no-epoch");
    return { taskId, record, recordBytes, recordHash, input, userKey, group };
  }

  /**
   * Checks the module that came with a task of a user, and keeps it.
   *
   * @throws EnigmaError `module-unexpected`, `module-missing`, `code-hash-mismatch`, and what `checkModule` throws
   */
  async checkModule(record: TaskRecord, module: Uint8Array | null): Promise<void> {
    const { store, checkModule } = this.options;
    if (record.kind !== TASK_KIND.deploy) {
      if (module !== null) throw new EnigmaError("module-unexpected");
      return;
    }
    if (module === null) {
      if (!store.modules.has(record.codeHash))
        throw new EnigmaError("module-missing", { data: { codeHash: record.codeHash } });
      return;
    }
    const actual = keccak(module);
    if (actual !== record.codeHash) {
      throw new EnigmaError("code-hash-mismatch", { data: { actual, expected: record.codeHash } });
    }
    await checkModule(module);
    await store.modules.put(actual, module);
  }

  private async checkRecord(taskId: Hash, record: TaskRecord, recordHash: Hash): Promise<void> {
    const { chain, isSettled } = this.options;
    const reached = await chain.reached(record.blockNumber, BLOCK_WAIT_MS);
    if (isSettled(taskId)) throw new EnigmaError("task-already-settled", { data: { taskId } });
    const known = chain.openRecord(taskId);
    if (known !== undefined) {
      if (known.recordHash !== recordHash) throw new EnigmaError("record-mismatch", { data: { taskId } });
      return;
    }
    if (!reached) throw new EnigmaError("record-not-found", { data: { taskId } });
    const slot = await chain.view.contract.taskSlot(taskId);
    if (slot === recordHash) return chain.rememberRecord(taskId, record, recordHash);
    if (slot === ZERO_HASH) throw new EnigmaError("record-not-found", { data: { taskId } });
    const refunded = slot === outcomeSlot(OUTCOME.refunded, ZERO_HASH);
    throw new EnigmaError(refunded ? "task-already-settled" : "record-mismatch", { data: { taskId } });
  }

  private async groupOf({ kind, secretContract }: TaskRecord): Promise<Address> {
    if (kind === TASK_KIND.deploy) return secretContract;
    const info = await this.options.chain.contractInfo(secretContract);
    if (info === undefined) throw new EnigmaError("contract-not-deployed", { data: { secretContract } });
    return info.group;
  }
}
