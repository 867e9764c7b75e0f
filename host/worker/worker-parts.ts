/**
 * The parts of a worker, wired together. Each knows only the parts that it gives work to; what closes a circle (executed
 * tasks to the committer, its transactions to the settler, refusals back to the executor) is closed here.
 */

import type { WorkerEnclave } from "../enclave/enclave-client.ts";
import type { EnclaveLink } from "../enclave/enclave-link.ts";
import { commitmentGas } from "../ethereum/commitment.ts";
import { gossipedLogs, resultBytes } from "../p2p/gossip-message.ts";
import type { P2pNode } from "../p2p/p2p-node.ts";
import { type Address, fromHex, type Hash } from "../protocol/hex.ts";
import { MAX_BATCH_RECEIPTS, MAX_GOSSIP_MESSAGE_BYTES } from "../protocol/limits.ts";
import { logEntryToCbor } from "../protocol/log-entry-cbor.ts";
import type { Observe } from "../protocol/observer.ts";
import { OUTCOME, type Outcome } from "../protocol/outcome.ts";
import { encodeReceipt } from "../protocol/receipt.ts";
import type { RpcClient } from "../rpc/rpc-client.ts";
import type { Store } from "../storage/store.ts";
import { AwaitedModules } from "./awaited-modules.ts";
import type { ChainState } from "./chain-state.ts";
import { takeCommittedBatch } from "./committed-batch.ts";
import { Committer } from "./committer.ts";
import { Executor } from "./executor.ts";
import { HandOver } from "./hand-over.ts";
import { HeldStates } from "./held-states.ts";
import { KeySupply } from "./key-supply.ts";
import type { ExecutedTask } from "./lane.ts";
import { LanePreparation } from "./lane-preparation.ts";
import { LogSupply } from "./log-supply.ts";
import { ModuleSupply } from "./module-supply.ts";
import type { WorkerOptions } from "./node-options.ts";
import type { OpenTask } from "./open-task.ts";
import { ResultIntake } from "./result-intake.ts";
import { Settler } from "./settler.ts";
import { StateLoader } from "./state-loader.ts";
import { TaskAdmission } from "./task-admission.ts";
import { TaskBook } from "./task-book.ts";
import { TaskIntake } from "./task-intake.ts";
import { TaskPool } from "./task-pool.ts";
import { ViewPassing } from "./view-passing.ts";
import { ViewService } from "./view-service.ts";

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
  readonly held: HeldStates;
  readonly executor: Executor;
  readonly committer: Committer;
  readonly settler: Settler;
  readonly results: ResultIntake;
  readonly intake: TaskIntake;
  readonly handOver: HandOver;
  readonly views: ViewService;
}

/** What gets states, keys and code into the enclave. */
interface Supplies {
  readonly modules: ModuleSupply;
  readonly logs: LogSupply;
  readonly keys: KeySupply;
  readonly held: HeldStates;
  readonly loader: StateLoader;
}

/** Bounds the time that the enclave spends on one ecall, during which it answers no other. */
const MAX_TASKS_OF_ECALL = 32;

/** The least price of a unit of gas, in base units of ENG, where none is given. */
const MINIMUM_GAS_PRICE = 1n;

export function assembleWorker(base: WorkerBase): WorkerParts {
  const { options, store, chain, link, p2p, observe, signal } = base;
  const { clock, log, account, batchSize = MAX_BATCH_RECEIPTS } = options;
  const { contract } = chain.view;
  const worker = account.address;
  const common = { worker, chain, link, store, p2p, clock, log, observe, signal };
  const supplies = openSupplies(base);
  const { logs } = supplies;
  const pool = new TaskPool(chain);
  const book = new TaskBook(store.settlements);
  const executor: Executor = new Executor({
    ...{ ...common, ...supplies, book, preparation: new LanePreparation({ chain, ...supplies }) },
    isOpen: (task) => pool.isExecutable(task),
    onExecuted: (executed, written) => committer.add(executed, written),
    batchSize: Math.min(batchSize, MAX_TASKS_OF_ECALL),
  });
  const committer: Committer = new Committer({
    ...{ account, contract, batchSize, gasOf: commitmentGas, clock, log, observe, signal },
    isMine: ({ task }) => chain.selectedWorker(task.group) === worker,
    onCommitted: (batch, transaction) =>
      takeCommittedBatch({ chain, contract, pool, settler, executor, committer, log, observe }, batch, transaction),
    onDropped: (dropped, why) => {
      const taskIds = dropped.map(({ task }) => task.taskId);
      if (why === "given-up") {
        for (const taskId of taskIds) pool.giveUp(taskId);
        log.error("receipts-given-up", { taskIds: taskIds.join(" ") });
      }
      void executor.undo(new Set(taskIds)).then((undone) => committer.discard(undone));
    },
  });
  const settler: Settler = new Settler({
    ...{ ...common, ...supplies, executor, pool, book },
    publish: (executed, output, outcome) => publishResult(base, executed, output, outcome),
    onStored: ({ task, logs: written }) => {
      results.arrived(task.taskId);
      for (const { secretContract } of written) logs.arrived(secretContract);
    },
  });
  const isSettled = (taskId: Hash): boolean => settler.settlement(taskId) !== undefined;
  const handOver = new HandOver({ ...common, ...supplies, contracts: store.contracts });
  const results: ResultIntake = new ResultIntake({
    ...{ ...common, settler, logs },
    onEntries: (secretContract: Address) => {
      logs.arrived(secretContract);
      void handOver.follow(secretContract);
    },
  });
  const { minimumGasPrice = MINIMUM_GAS_PRICE, checkModule } = options;
  const admission = new TaskAdmission({ chain, store, isSettled, minimumGasPrice, checkModule });
  const isWanted = (task: OpenTask): boolean => pool.isExecutable(task);
  const awaitedModules = new AwaitedModules({ ...common, ...supplies, isWanted });
  store.modules.onStored((codeHash) => {
    awaitedModules.arrived(codeHash);
    executor.moduleArrived(codeHash);
  });
  const intake = new TaskIntake({ ...common, pool, book, admission, executor, awaitedModules, isSettled });
  const signerOf = async (account: Address): Promise<Address> => (await contract.worker(account)).signer;
  const passing = new ViewPassing({ chain, p2p, signerOf });
  const views = new ViewService({ ...common, ...supplies, executor, passing });
  const { modules, held } = supplies;
  return { pool, book, modules, held, executor, committer, settler, results, intake, handOver, views };
}

function openSupplies({ options, store, chain, link, p2p, principal, observe, signal }: WorkerBase): Supplies {
  const { clock, log } = options;
  const modules = new ModuleSupply(store.modules, p2p, link, log);
  const logs = new LogSupply({ store: store.log, p2p, chain, clock });
  const keys = new KeySupply({ link, principal, now: () => chain.timestamp, clock, log, observe, signal });
  const held = new HeldStates(link);
  const loader = new StateLoader({ chain, link, keys, logs, store: store.log, held });
  return { modules, logs, keys, held, loader };
}

function publishResult(
  { p2p, observe, options }: WorkerBase,
  executed: ExecutedTask,
  output: Uint8Array,
  outcome: Outcome,
): void {
  const { task, receipt, signature } = executed;
  const { taskId } = task;
  const result = { record: task.recordBytes, receipt: encodeReceipt(receipt), signature, output };
  const appended = outcome === OUTCOME.committed ? executed.logs : [];
  const logs = appended.map(({ secretContract, entries }) => ({
    secretContract: fromHex(secretContract, 20),
    entries: entries.map(logEntryToCbor),
  }));
  const message = { taskId: fromHex(taskId, 32), ...result, logs: gossipedLogs(logs) };
  // Log entries that fill a message by themselves are fetched by those who keep the log.
  const fits = resultBytes(message) <= MAX_GOSSIP_MESSAGE_BYTES;
  p2p.publishResult(fits ? message : { ...message, logs: null }).then(
    (messageBytes) => observe({ kind: "result-gossiped", taskId, messageBytes }),
    // Peers that miss it ask for it.
    (error: unknown) => options.log.warn("result-not-gossiped", { taskId, reason: String(error) }),
  );
}
