/** Runs calls as tasks of a whole network: encrypted by the client, executed by the selected worker, settled on Ethereum. */
import type { Interface } from "ethers";
import type { SettledTask } from "../../client/settled-task.ts";
import type { TaskUnderWay } from "../../client/task-under-way.ts";
import { AEAD_OVERHEAD } from "../../protocol/aead.ts";
import { encodeEnding, type TaskEnding } from "../../protocol/ending.ts";
import { EnigmaError } from "../../protocol/errors/enigma-error.ts";
import type { Address } from "../../protocol/hex.ts";
import { paddedLength } from "../../protocol/padding.ts";
import type { Account } from "../contract/account.ts";
import type { Executed, ExecutionOrder, Executor, Snapshot } from "../contract/executor.ts";
import type { SettledRun } from "../enclave/replaying-simulation.ts";
import type { NetworkAuditors } from "./network-auditors.ts";
import type { NetworkClients } from "./network-clients.ts";
import type { TaskInspection } from "./task-inspection.ts";
import type { TaskTraces } from "./task-traces.ts";

/** Most Ethereum gas of a call's own calls where the test does not say. */
const CALL_GAS_LIMIT = 1_000_000n;

/** A deployment, as the executor takes it. */
export interface DeploymentOrder {
  readonly module: Uint8Array;
  readonly abi: Interface;
  readonly name: string | undefined;
  /** ABI-encoded, without a selector. */
  readonly args: Uint8Array;
  readonly from: Account;
  readonly gasLimit: bigint | undefined;
  readonly callGasLimit: bigint | undefined;
  readonly group: Address | undefined;
}

export interface NetworkExecutorOptions {
  readonly defaultAccount: Account;
  readonly clients: NetworkClients;
  readonly inspection: TaskInspection;
  readonly auditors: NetworkAuditors;
  readonly traces: TaskTraces;
  readonly gasLimit: bigint | undefined;
  readonly snapshot: () => Promise<Snapshot>;
  readonly revert: (snapshot: Snapshot) => Promise<void>;
}

export class NetworkExecutor implements Executor {
  readonly defaultAccount: Account;
  /** Base units of ENG; the client's own by default. */
  gasPrice: bigint | undefined;
  readonly snapshot: () => Promise<Snapshot>;
  readonly revert: (snapshot: Snapshot) => Promise<void>;
  readonly #options: NetworkExecutorOptions;
  readonly #pending = new Set<Promise<unknown>>();

  constructor(options: NetworkExecutorOptions) {
    this.#options = options;
    this.defaultAccount = options.defaultAccount;
    this.snapshot = options.snapshot;
    this.revert = options.revert;
  }

  execute(order: ExecutionOrder): Promise<Executed> {
    return this.#track(order.view ? this.#ask(order) : this.#call(order));
  }

  /** Deploys; resolves to the contract's address, too. */
  deploy(order: DeploymentOrder): Promise<{ readonly contract: Address; readonly executed: Executed }> {
    return this.#track(this.#deploy(order));
  }

  /** Resolves when nothing that was begun here is under way. */
  async idle(): Promise<void> {
    while (this.#pending.size > 0) await Promise.allSettled(this.#pending);
  }

  #track<T>(work: Promise<T>): Promise<T> {
    this.#pending.add(work);
    const done = () => void this.#pending.delete(work);
    work.then(done, done);
    return work;
  }

  async #call({ contract, calldata, from, gasLimit, callGasLimit, touches }: ExecutionOrder): Promise<Executed> {
    const { contracts } = await this.#options.clients.payer(from);
    const terms = this.#terms(gasLimit, callGasLimit);
    const task = await contracts.orders.call(contract, calldata, { ...terms, touches });
    const settled = await task.settled();
    const call = { ...runOf(task, settled, calldata), touches };
    this.#options.traces.add({ taskId: task.id, settledIn: settled.blockNumber, call });
    return this.#executed(task, settled);
  }

  async #deploy({ module, abi, name, args, from, gasLimit, callGasLimit, group }: DeploymentOrder) {
    const { contracts } = await this.#options.clients.payer(from);
    const terms = { ...this.#terms(gasLimit, callGasLimit), ...(group === undefined ? {} : { group }) };
    const task = await contracts.orders.deploy(module, args, terms);
    const settled = await task.settled();
    const run = runOf(task, settled, args);
    const deployment = { ...run, module, group: group ?? run.contract, abi, name };
    this.#options.traces.add({ taskId: task.id, settledIn: settled.blockNumber, deployment });
    return { contract: run.contract, executed: await this.#executed(task, settled) };
  }

  #terms(gasLimit: bigint | undefined = this.#options.gasLimit, callGasLimit = CALL_GAS_LIMIT) {
    return {
      ...(gasLimit === undefined ? {} : { gasLimit }),
      ...(this.gasPrice === undefined ? {} : { gasPrice: this.gasPrice }),
      callGasLimit,
    };
  }

  async #executed(task: TaskUnderWay, settled: SettledTask): Promise<Executed> {
    const { traces } = this.#options;
    const { ending, status, receipt, output, settlement } = settled;
    const seen = await this.#options.inspection.of(task.id, receipt.moves, task.worker);
    return {
      ending,
      logs: seen.logs,
      opened: task.opened(settled).map(({ index, content: { topic, args } }) => ({
        index,
        plaintext: Buffer.concat([Buffer.from(topic.slice(2), "hex"), args]),
      })),
      observed: {
        ...{ status, gasUsed: receipt.gasUsed, outputBytes: output.length },
        ...{ deltaBytes: seen.deltaBytes, checkpointBytes: seen.checkpointBytes },
        stateChanged: receipt.moves.some(({ stateBefore, stateAfter }) => stateBefore !== stateAfter),
        effects: settlement.effects,
      },
      replay: () => this.#options.auditors.replay(task.id),
      changedState: () => traces.changedState(task.id),
      trace: () => traces.trace(task.id),
    };
  }

  /** A view: no task, no fee, and nothing but an answer of some length for others to see. */
  async #ask({ contract, calldata, from }: ExecutionOrder): Promise<Executed> {
    const { contracts } = await this.#options.clients.signer(from);
    const ending = await contracts.views.ask(contract, calldata, {});
    return {
      ...{ ending, logs: [], opened: [] },
      observed: {
        ...{
          status: ending.name === "returned" ? "committed" : "failed",
          gasUsed: 0n,
          outputBytes: answerBytes(ending),
        },
        ...{ deltaBytes: [], checkpointBytes: [], stateChanged: false, effects: [] },
      },
      changedState: () => false,
      trace: viewTrace,
    };
  }
}

function viewTrace(): never {
  throw new EnigmaError("trace-unavailable", { data: { reason: "a view leaves no task that could be run again" } });
}

/** What the simulation that follows the network needs to know of a task. */
function runOf({ record }: TaskUnderWay, { receipt, ending }: SettledTask, input: Uint8Array): SettledRun {
  const { secretContract: contract, sender, nonce, gasLimit, epoch, blockNumber, timestamp } = record;
  return { contract, input, sender, nonce, gasLimit, epoch, blockNumber, timestamp, gasUsed: receipt.gasUsed, ending };
}

function answerBytes(ending: TaskEnding): number {
  return AEAD_OVERHEAD + paddedLength(encodeEnding(ending).length);
}
