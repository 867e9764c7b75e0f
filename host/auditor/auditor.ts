/**
 * The third kind of node: it re-executes settled tasks in an enclave of its own and compares, byte for byte, with what Ethereum and
 * the logs have. It runs where the question is asked, so that no worker's honesty is in the answer.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { V8Flag } from "../enclave/enclave-channel.ts";
import type { AuditorEnclave } from "../enclave/enclave-client.ts";
import type { EnclavePackage } from "../enclave/package-folder.ts";
import { startEnclave } from "../enclave/start-enclave.ts";
import { ChainView } from "../ethereum/chain-view.ts";
import type { EnigmaDomain } from "../protocol/eip712-domain.ts";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import { type Address, type Hash, ZERO_HASH } from "../protocol/hex.ts";
import { OUTCOME } from "../protocol/outcome.ts";
import { RpcClient } from "../rpc/rpc-client.ts";
import { EnclaveSupply } from "./enclave-supply.ts";
import { EthereumHistory, type ExecutedOnEthereum } from "./ethereum-history.ts";
import type { Audit, AuditProgress, Replay, ReplayedTask } from "./replay-result.ts";
import { TaskReplayer } from "./task-replayer.ts";
import { WorkerArchive } from "./worker-archive.ts";

export interface AuditorOptions {
  /** JSON-RPC of one worker or several: what one does not have is asked of the next. */
  readonly rpc: string | readonly string[];
  /** JSON-RPC of an Ethereum endpoint, which is trusted. */
  readonly ethereum: string;
  /** JSON-RPC of the principal, from which the enclave gets the contracts' keys. */
  readonly principal: string;
  /** The network; the first worker's word where it is not given. */
  readonly domain?: EnigmaDomain | undefined;
  /** Of the enclave; that of the network's nodes (debug in local networks) by default, since keys go to the same measurement only. */
  readonly package?: EnclavePackage | undefined;
  /** Which of V8's compilers execute; both in turn by default, as in workers. */
  readonly v8Flags?: readonly V8Flag[] | undefined;
  /** Runs the enclave in this process, without `v8Flags`. */
  readonly inProcess?: boolean | undefined;
  /** Ends the enclave, and with it what is under way, when it aborts. */
  readonly signal?: AbortSignal | undefined;
}

type Closer = () => Promise<void>;

export class Auditor {
  readonly domain: EnigmaDomain;
  private readonly chain: ChainView;
  private readonly history: EthereumHistory;
  private readonly replayer: TaskReplayer;
  private readonly closers: readonly Closer[];
  /** Replays share the enclave's states, so they run one after the other. */
  private running: Promise<unknown> = Promise.resolve();

  private constructor(chain: ChainView, history: EthereumHistory, replayer: TaskReplayer, closers: readonly Closer[]) {
    this.domain = chain.domain;
    this.chain = chain;
    this.history = history;
    this.replayer = replayer;
    this.closers = closers;
  }

  /**
   * Starts an enclave and has it admitted by the principal.
   * @throws EnigmaError `auditors-refused` where the network's principal gives no keys to auditors, `gateway-unreachable`,
   *   `chain-unreachable`, `principal-unreachable`, and what the enclave's start throws; nothing is left running then
   */
  static async start(options: AuditorOptions): Promise<Auditor> {
    const closers: Closer[] = [];
    try {
      return await openAuditor(options, closers, (...parts) => new Auditor(...parts));
    } catch (error) {
      await closeAll(closers);
      throw error;
    }
  }

  /**
   * Executes a task that has ended once more.
   * @throws EnigmaError `task-unknown`, `task-not-settled`; `false-record`, `false-input`, `false-log`, `false-code`,
   *   `false-output` where a worker's answer is not what Ethereum names; `log-cut`, `task-input-unavailable`, `module-unknown` where no
   *   worker has what is needed
   */
  replay(taskId: Hash): Promise<Replay> {
    return this.inTurn(async () => {
      const task = await this.history.task(taskId);
      if (task.outcome !== OUTCOME.refunded) return this.replayer.replay(task);
      return { verdict: "task-refunded", taskId, secretContract: task.record.secretContract };
    });
  }

  /**
   * Replays the whole history of a contract, and of those that tasks touched together with it, from its deployment to the newest
   * block. Ends with the first difference.
   * @throws EnigmaError `contract-not-deployed`, and as `replay`
   */
  audit(secretContract: Address, onProgress: (progress: AuditProgress) => void = () => {}): Promise<Audit> {
    return this.inTurn(async () => {
      const { number: blockNumber } = await this.chain.head();
      const info = await this.chain.contract.contractInfo(secretContract, blockNumber);
      if (info === undefined) throw new EnigmaError("contract-not-deployed", { data: { secretContract } });
      const { contracts, tasks } = await this.historyOf(secretContract, blockNumber);
      const tip = await this.chain.contract.tip(secretContract, blockNumber);
      const sum = new AuditSum({ secretContract, contracts, blockNumber, tip });
      this.replayer.forget();
      for (const task of tasks) {
        const replayed = await this.replayer.replay(task);
        sum.add(replayed);
        onProgress({ done: sum.tasks, total: tasks.length, task: replayed });
        if (replayed.difference !== null) return sum.result(replayed.difference, task.taskId);
      }
      const state = this.replayer.stateOf(secretContract) ?? ZERO_HASH;
      return state === tip ? sum.result() : sum.result({ field: "tip", expected: tip, actual: state }, null);
    });
  }

  /** Ends the enclave and removes what it kept. */
  async close(): Promise<void> {
    await closeAll(this.closers);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** The tasks of a contract and of all that tasks touched together with it, in the order of their ends. */
  private async historyOf(secretContract: Address, blockNumber: bigint) {
    const known = new Map<Hash, ExecutedOnEthereum>();
    const contracts = new Set([secretContract]);
    let ids: readonly Hash[] = [];
    for (let before = 0; before !== contracts.size; ) {
      before = contracts.size;
      ids = await this.history.tasksOf([...contracts], blockNumber);
      for (const id of ids.filter((each) => !known.has(each))) {
        const task = await this.history.task(id);
        if (task.outcome === OUTCOME.refunded) continue;
        known.set(id, task);
        for (const move of task.receipt.moves) contracts.add(move.secretContract);
      }
    }
    return { contracts: [...contracts], tasks: ids.flatMap((id) => known.get(id) ?? []) };
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.running.then(work, work);
    this.running = turn.catch(() => {});
    return turn;
  }
}

/** The figures of an audit so far. */
class AuditSum {
  tasks = 0;
  private gasUsed = 0n;
  private readonly outcomes = { committed: 0, failed: 0, "callback-failed": 0 };
  private readonly facts: Pick<Audit, "secretContract" | "contracts" | "blockNumber" | "tip">;

  constructor(facts: Pick<Audit, "secretContract" | "contracts" | "blockNumber" | "tip">) {
    this.facts = facts;
  }

  add({ difference, outcome, gasUsed }: ReplayedTask): void {
    if (difference !== null) return;
    this.tasks += 1;
    this.gasUsed += gasUsed;
    this.outcomes[outcome] += 1;
  }

  result(difference?: ReplayedTask["difference"], taskId: Hash | null = null): Audit {
    const { facts, tasks, gasUsed, outcomes } = this;
    const found = difference ? { ...difference, taskId } : null;
    return { verdict: found === null ? "equal" : "different", ...facts, tasks, outcomes, gasUsed, difference: found };
  }
}

type AuditorParts = [ChainView, EthereumHistory, TaskReplayer, readonly Closer[]];

async function openAuditor(
  options: AuditorOptions,
  closers: Closer[],
  make: (...parts: AuditorParts) => Auditor,
): Promise<Auditor> {
  const archive = new WorkerArchive(typeof options.rpc === "string" ? [options.rpc] : options.rpc);
  const info = options.domain === undefined || options.package === undefined ? await archive.info() : undefined;
  const domain = options.domain ?? { chainId: info?.chainId ?? 0n, enigma: (info as { enigma: Address }).enigma };
  const chain = new ChainView({ url: options.ethereum, domain });
  closers.push(async () => chain.close());
  const enclave = await startAuditorEnclave(options, chain, info?.debug === false ? "release" : "debug", closers);
  const now = async () => (await chain.head()).timestamp;
  const supply = new EnclaveSupply({ enclave, principal: new RpcClient(options.principal), archive, now });
  await supply.admit();
  const history = new EthereumHistory(chain);
  const replayer = new TaskReplayer({ enclave, supply, archive, history, contract: chain.contract });
  return make(chain, history, replayer, closers);
}

async function startAuditorEnclave(
  { v8Flags, inProcess, signal, ...options }: AuditorOptions,
  chain: ChainView,
  networkPackage: EnclavePackage,
  closers: Closer[],
): Promise<AuditorEnclave> {
  const principalSigner = await chain.contract.principalSigner();
  const folder = await mkdtemp(join(tmpdir(), "enigma-auditor-"));
  closers.push(() => rm(folder, { recursive: true, force: true }));
  const enclave = await startEnclave({
    ...{ role: "auditor", package: options.package ?? networkPackage, ...chain.domain, principalSigner },
    ...{ platformFolder: join(folder, "platform"), sealedFile: join(folder, "sealed-keys") },
    ...{ v8Flags, inProcess, signal },
  });
  closers.push(() => enclave.close());
  return enclave;
}

async function closeAll(closers: readonly Closer[]): Promise<void> {
  for (const close of [...closers].reverse()) await close();
}
