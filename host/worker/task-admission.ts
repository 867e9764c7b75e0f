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
import { encodeTaskRecord, isPosted, TASK_KIND, type TaskRecord } from "../protocol/task-record.ts";
import { deploymentGroup } from "../protocol/touches.ts";
import type { Store } from "../storage/store.ts";
import { BoundedWait } from "./bounded-wait.ts";
import type { ChainState } from "./chain-state.ts";
import type { ContractCode, OpenTask } from "./open-task.ts";

/** A task as it arrives. */
export interface ArrivingTask {
  readonly record: TaskRecord;
  readonly input: Uint8Array;
  readonly userKey: Uint8Array;
}

/** How long a task may be ahead of the blocks that this node has taken in. */
const BLOCK_WAIT_MS = 5_000;
/** Tasks that wait for the blocks of their records. */
const MAX_WAITING = 1_024;

export interface TaskAdmissionOptions {
  readonly chain: ChainState;
  readonly store: Store;
  /** Says whether the end of a task is known. */
  readonly isSettled: (taskId: Hash) => boolean;
  /** Least price of a unit of gas, in base units of ENG; tasks whose input stands on chain are taken at any price. */
  readonly minimumGasPrice: bigint;
  /** @throws EnigmaError naming the rule that a module breaks */
  readonly checkModule: (module: Uint8Array) => Promise<void>;
}

export class TaskAdmission {
  private readonly options: TaskAdmissionOptions;
  private readonly early = new BoundedWait(MAX_WAITING);

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
   * `contract-not-deployed`, `no-epoch`, `gas-price-too-low`
   */
  async check(task: ArrivingTask): Promise<OpenTask> {
    const { record, input, userKey } = task;
    const { minimumGasPrice: least, chain } = this.options;
    if (record.gasPrice < least && !isPosted(record)) {
      throw new EnigmaError("gas-price-too-low", { data: { price: record.gasPrice, least } });
    }
    const actual = inputHash(input, userKey);
    if (actual !== record.inputHash) {
      throw new EnigmaError("input-hash-mismatch", { data: { actual, expected: record.inputHash } });
    }
    const taskId = this.taskIdOf(record);
    const recordBytes = encodeTaskRecord(record);
    const recordHash = keccak(recordBytes);
    await this.checkRecord(taskId, record, recordHash);
    const group = await groupOf(chain, record);
    if (chain.selectedWorker(group) === undefined) throw new EnigmaError("no-epoch");
    const touches = await touchedCode(chain, taskId, record);
    return { taskId, record, recordBytes, recordHash, input, userKey, group, touches };
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
    const reached = await this.early.hold(() => chain.reached(record.blockNumber, BLOCK_WAIT_MS));
    if (isSettled(taskId)) throw new EnigmaError("task-already-settled", { data: { taskId } });
    const known = chain.openRecord(taskId);
    if (known?.recordHash === recordHash) return;
    if (reached !== true) throw new EnigmaError("record-not-found", { data: { taskId } });
    const slot = await chain.view.contract.taskSlot(taskId);
    if (slot === recordHash) return chain.rememberRecord(taskId, record, recordHash);
    if (slot === ZERO_HASH) throw new EnigmaError("record-not-found", { data: { taskId } });
    const refunded = slot === outcomeSlot(OUTCOME.refunded, ZERO_HASH);
    throw new EnigmaError(refunded ? "task-already-settled" : "record-mismatch", { data: { taskId } });
  }
}

/** The group whose worker serves a task. @throws EnigmaError `contract-not-deployed` */
export async function groupOf(chain: ChainState, record: TaskRecord): Promise<Address> {
  if (record.kind === TASK_KIND.deploy) return deploymentGroup(record);
  const { secretContract } = record;
  const info = await chain.contractInfo(secretContract);
  if (info === undefined) throw new EnigmaError("contract-not-deployed", { data: { secretContract } });
  return info.group;
}

/**
 * The contracts that a task may touch beside the called one, with their code.
 *
 * @throws EnigmaError `record-not-found` where they are not known, `contract-not-deployed`
 */
export async function touchedCode(chain: ChainState, taskId: Hash, record: TaskRecord): Promise<ContractCode[]> {
  if (record.kind === TASK_KIND.deploy || record.touchesHash === ZERO_HASH) return [];
  const touches = chain.touchesOf(taskId);
  // They were told before the record, so that they are known wherever its block is.
  if (touches === undefined) throw new EnigmaError("record-not-found", { data: { taskId } });
  return Promise.all(
    touches.map(async (secretContract) => {
      const info = await chain.contractInfo(secretContract);
      if (info === undefined) throw new EnigmaError("contract-not-deployed", { data: { secretContract } });
      return { secretContract, codeHash: info.codeHash, rules: info.rules };
    }),
  );
}
