/**
 * The parts of a worker, wired together. Each knows only the parts that it gives work to; what closes a circle (executed
 * tasks to the committer, its transactions to the settler, refusals back to the executor) is closed here.
 */

import type { WorkerEnclave } from "../enclave/enclave-client.ts";
import type { EnclaveLink } from "../enclave/enclave-link.ts";
import type { EnigmaTransaction } from "../ethereum/enigma-account.ts";
import { refusalCode } from "../ethereum/revert-error.ts";
import { resultBytes } from "../p2p/gossip-message.ts";
import type { P2pNode } from "../p2p/p2p-node.ts";
import { type Address, fromHex, type Hash } from "../protocol/hex.ts";
import { MAX_BATCH_RECEIPTS, MAX_GOSSIP_MESSAGE_BYTES } from "../protocol/limits.ts";
import { logEntryToCbor } from "../protocol/log-entry-cbor.ts";
import type { Observe } from "../protocol/observer.ts";
import { encodeReceipt } from "../protocol/receipt.ts";
import type { RpcClient } from "../rpc/rpc-client.ts";
import type { Store } from "../storage/store.ts";
import type { ChainState } from "./chain-state.ts";
import { Committer } from "./committer.ts";
import { Executor } from "./executor.ts";
import { KeySupply } from "./key-supply.ts";
import type { ExecutedTask } from "./lane.ts";
import { LanePreparation } from "./lane-preparation.ts";
import { LogSupply } from "./log-supply.ts";
import { ModuleSupply } from "./module-supply.ts";
import type { WorkerOptions } from "./node-options.ts";
import { ResultIntake } from "./result-intake.ts";
import { Settler } from "./settler.ts";
import { TaskAdmission } from "./task-admission.ts";
import { TaskBook } from "./task-book.ts";
import { TaskIntake } from "./task-intake.ts";
import { TaskPool } from "./task-pool.ts";

/** What the parts stand on. */
export interface WorkerBase {
  readonly options: WorkerOptions;
  readonly store: Store;
  readonly chain: ChainState;
  readonly link: EnclaveLink<WorkerEnclave>;
  readonly p2p: P2pNode;
  readonly principal: RpcClient;
  readonly observe: Observe;
  /** Aborted when the worker stops. */
  readonly signal: AbortSignal;
}

export interface WorkerParts {
  readonly pool: TaskPool;
  readonly book: TaskBook;
  readonly modules: ModuleSupply;
  readonly executor: Executor;
  readonly settler: Settler;
  readonly results: ResultIntake;
  readonly intake: TaskIntake;
}

export function assembleWorker(base: WorkerBase): WorkerParts {
  const { options, store, chain, link, p2p, principal, observe, signal } = base;
  const { clock, log, account, batchSize = MAX_BATCH_RECEIPTS } = options;
  const worker = account.address;
  const pool = new TaskPool(chain);
  const book = new TaskBook(store.settlements);
  const modules = new ModuleSupply(store.modules, p2p, link, log);
  const logs = new LogSupply(store.log, p2p, chain);
  const keys = new KeySupply({ link, principal, now: () => chain.timestamp, clock, log, observe, signal });
  const preparation = new LanePreparation({ chain, link, keys, modules, logs, store: store.log });
  const committer: Committer = new Committer({
    account,
    contract: chain.view.contract,
    batchSize,
    onCommitted: (batch, transaction) =>
      takeTransaction(batch, transaction, { chain, settler, executor, committer, observe }),
    clock,
    log,
    observe,
    signal,
  });
  const executor = new Executor({
    worker,
    chain,
    link,
    preparation,
    keys,
    modules,
    store,
    book,
    isOpen: (taskId) => pool.has(taskId),
    onExecuted: (executed, written) => committer.add(executed, written),
    batchSize: Math.min(batchSize, MAX_TASKS_OF_ECALL),
    clock,
    log,
    observe,
    signal,
  });
  const settler: Settler = new Settler({
    worker,
    link,
    store,
    executor,
    pool,
    book,
    publish: (executed, output) => publishResult(base, executed, output),
    onStored: (taskId) => results.arrived(taskId),
    clock,
    log,
    observe,
  });
  const isSettled = (taskId: Hash): boolean => settler.settlement(taskId) !== undefined;
  const results: ResultIntake = new ResultIntake({ store, settler, logs, clock, log, observe });
  const admission = new TaskAdmission({ chain, pool, store, isSettled, checkModule: options.checkModule });
  const intake = new TaskIntake({
    worker,
    chain,
    store,
    pool,
    book,
    admission,
    executor,
    isSettled,
    p2p,
    clock,
    log,
    observe,
    signal,
  });
  return { pool, book, modules, executor, settler, results, intake };
}

/** Bounds the time that the enclave spends on one ecall, during which it answers no other. */
const MAX_TASKS_OF_ECALL = 32;

/** What a transaction of receipts has done: settlements in order, and refusals, from which the lanes go back. */
async function takeTransaction(
  batch: readonly ExecutedTask[],
  transaction: EnigmaTransaction,
  parts: Pick<WorkerBase, "chain" | "observe"> & { settler: Settler; executor: Executor; committer: Committer },
): Promise<void> {
  const { chain, settler, executor, committer, observe } = parts;
  for (const event of transaction.events) chain.apply(event);
  const settled = transaction.events.filter((event) => event.name === "TaskSettled");
  const finished = settler.settled(settled);
  const ended = new Set(settled.map(({ taskId }) => taskId));
  const refused = new Map<Address, Set<Hash>>();
  for (const { task } of batch) {
    if (ended.has(task.taskId)) continue;
    const contract = task.record.secretContract;
    refused.set(contract, (refused.get(contract) ?? new Set()).add(task.taskId));
  }
  if (refused.size === 0) return;
  for (const event of transaction.events) {
    if (event.name === "ReceiptRefused")
      observe({ kind: "receipt-refused", taskId: event.taskId, reason: refusalCode(event.reason) });
  }
  await finished;
  for (const [contract, taskIds] of refused) committer.discard(await executor.undo(contract, taskIds));
}

function publishResult({ p2p, observe, options }: WorkerBase, executed: ExecutedTask, output: Uint8Array): void {
  const { task, receipt, signature, entry } = executed;
  const result = { record: task.recordBytes, receipt: encodeReceipt(receipt), signature, output };
  const message = { taskId: fromHex(task.taskId, 32), ...result, entry: entry && logEntryToCbor(entry) };
  // A log entry that fills a message by itself is fetched by those who keep the log.
  const fits = resultBytes(message) <= MAX_GOSSIP_MESSAGE_BYTES;
  p2p.publishResult(fits ? message : { ...message, entry: null }).then(
    (messageBytes) => observe({ kind: "result-gossiped", taskId: task.taskId, messageBytes }),
    // Peers that miss it ask for it.
    (error: unknown) => options.log.warn("result-not-gossiped", { taskId: task.taskId, reason: String(error) }),
  );
}
