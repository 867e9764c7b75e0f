/** Replays one task: brings the enclave's states to where they were before it, hands everything in, and puts the answer in words. */
import type {
  AuditorEnclave,
  ContractLog,
  Difference,
  SettledTask,
  WantedContract,
} from "../enclave/enclave-client.ts";
import { REPLAYED_FIELDS } from "../enclave/enclave-client.ts";
import type { EnigmaContract } from "../ethereum/enigma-contract.ts";
import { EnigmaError, isEnigmaError } from "../protocol/errors/enigma-error.ts";
import { type Address, type Hash, toHex } from "../protocol/hex.ts";
import { EMPTY_STATE_HASH } from "../protocol/log-entry.ts";
import { OUTCOME, outcomeName } from "../protocol/outcome.ts";
import { recoverReceiptSigner } from "../protocol/receipt.ts";
import { encodeTaskRecord, TASK_KIND } from "../protocol/task-record.ts";
import { deploymentGroup } from "../protocol/touches.ts";
import type { EnclaveSupply } from "./enclave-supply.ts";
import type { EthereumHistory, ExecutedOnEthereum } from "./ethereum-history.ts";
import { LogReader } from "./log-reader.ts";
import type { ComparedField, ReplayDifference, ReplayedTask } from "./replay-result.ts";
import type { WorkerArchive } from "./worker-archive.ts";

export interface TaskReplayerOptions {
  readonly enclave: AuditorEnclave;
  readonly supply: EnclaveSupply;
  readonly archive: WorkerArchive;
  readonly history: EthereumHistory;
  readonly contract: EnigmaContract;
}

export class TaskReplayer {
  private readonly options: TaskReplayerOptions;
  /** Where the enclave's states are. */
  private readonly states = new Map<Address, Hash>();
  /** Where the logs are read. */
  private readonly readers = new Map<Address, LogReader>();
  private readonly contracts = new Map<Address, WantedContract>();

  constructor(options: TaskReplayerOptions) {
    this.options = options;
  }

  /** The state hash that the enclave has of a contract. */
  stateOf(secretContract: Address): Hash | undefined {
    return this.states.get(secretContract);
  }

  /** Has all states built anew. */
  forget(): void {
    this.states.clear();
    this.readers.clear();
  }

  /** @throws EnigmaError as `Auditor.replay` */
  async replay(task: ExecutedOnEthereum): Promise<ReplayedTask> {
    const { supply, archive } = this.options;
    const { record, receipt } = task;
    const contracts = await Promise.all(receipt.moves.map((move) => this.contract(move.secretContract, task)));
    const { input, userKey } = await archive.input(task);
    for (const { codeHash } of contracts) await supply.ensureModule(codeHash, record.rules);
    await supply.ensureKeys(contracts, [record.epoch, receipt.epoch]);
    const [called, ...touched] = contracts;
    const settled: Omit<SettledTask, "logs"> = {
      ...{ epoch: receipt.epoch, outcome: task.outcome, receipt, signature: task.signature },
      output: await archive.output(task),
      task: {
        ...{ record: encodeTaskRecord(record), input, userKey, group: called?.group ?? record.secretContract },
        touches: touched.map(({ secretContract, codeHash }) => ({ secretContract, codeHash })),
      },
    };
    return this.compare(task, contracts, settled);
  }

  private async compare(
    task: ExecutedOnEthereum,
    contracts: readonly WantedContract[],
    settled: Omit<SettledTask, "logs">,
  ): Promise<ReplayedTask> {
    const { enclave, contract } = this.options;
    let logs: readonly ContractLog[];
    try {
      logs = await this.logs(task, contracts);
      const difference = await enclave.replayTask({ ...settled, logs });
      if (difference === undefined) this.moveOn(task);
      return result(task, settled.output, logs, difference && inHex(difference));
    } catch (error) {
      // No log leads to a state that somebody made up who has no enclave: then that is what is wrong.
      if (!(await this.isUnsigned(error, settled))) throw error;
      const actual = recoverReceiptSigner(contract.domain, task.receipt, task.signature);
      const expected = "the enclave of a worker that the principal admitted";
      return result(task, settled.output, [], { field: "signature", expected, actual });
    }
  }

  private async isUnsigned(error: unknown, settled: Omit<SettledTask, "logs">): Promise<boolean> {
    if (!isEnigmaError(error)) return false;
    if (error.code === "receipt-not-of-a-worker") return true;
    if (error.code !== "log-cut" && error.code !== "false-log") return false;
    const asked = this.options.enclave.replayTask({ ...settled, logs: [] });
    return asked.then(
      () => false,
      (refusal: unknown) => isEnigmaError(refusal, "receipt-not-of-a-worker"),
    );
  }

  /** Brings every contract to its state before the task; what the task appended to the logs. */
  private async logs(
    { taskId, receipt, outcome }: ExecutedOnEthereum,
    contracts: readonly WantedContract[],
  ): Promise<ContractLog[]> {
    const { archive, history } = this.options;
    const logs: ContractLog[] = [];
    for (const [index, { secretContract, stateBefore, stateAfter }] of receipt.moves.entries()) {
      const holder = contracts[index];
      if (holder === undefined) continue;
      const committed = outcome === OUTCOME.committed;
      const stands = this.states.get(secretContract) === stateBefore;
      if (stands && !committed) continue;
      const known = this.readers.get(secretContract);
      let first = true;
      const entries = await archive.log(async (pages) => {
        // With the pages of the worker that it was read from before; another one's log is read anew.
        const follows = first && stands && known?.tip === stateBefore;
        first = false;
        const reader = follows ? known : new LogReader(pages, secretContract, await history.statesOf(secretContract));
        if (!follows) await this.build(holder, reader, stateBefore);
        this.readers.set(secretContract, reader);
        return committed ? reader.takeTask(taskId, stateAfter) : [];
      });
      if (committed) logs.push({ secretContract, entries });
    }
    return logs;
  }

  /** Loads the state that a contract had. */
  private async build(holder: WantedContract, reader: LogReader, target: Hash): Promise<void> {
    const { enclave, supply } = this.options;
    const empty = { stateBefore: EMPTY_STATE_HASH, entries: [], stateAfter: EMPTY_STATE_HASH };
    const { stateBefore, entries, stateAfter } = target === EMPTY_STATE_HASH ? empty : await reader.seek(target);
    await supply.ensureKeys(
      [holder],
      entries.map(({ epoch }) => epoch),
    );
    this.states.delete(holder.secretContract);
    // The enclave would extend what it has of the contract where that is the empty log.
    await enclave.loadLog({ ...holder, stateBefore, entries, expectedTip: stateAfter });
    this.states.set(holder.secretContract, stateAfter);
  }

  private moveOn({ receipt, outcome }: ExecutedOnEthereum): void {
    if (outcome !== OUTCOME.committed) return;
    for (const { secretContract, stateAfter } of receipt.moves) this.states.set(secretContract, stateAfter);
  }

  /** Code and group of a contract: as Ethereum has them, or as a deployment's record names them that failed. */
  private async contract(secretContract: Address, { record }: ExecutedOnEthereum): Promise<WantedContract> {
    const known = this.contracts.get(secretContract);
    if (known !== undefined) return known;
    if (record.kind === TASK_KIND.deploy && record.secretContract === secretContract)
      return { secretContract, codeHash: record.codeHash, group: deploymentGroup(record) };
    const info = await this.options.contract.contractInfo(secretContract);
    if (info === undefined) throw new EnigmaError("contract-not-deployed", { data: { secretContract } });
    const found = { secretContract, codeHash: info.codeHash, group: info.group };
    this.contracts.set(secretContract, found);
    return found;
  }
}

function inHex({ field, expected, actual }: Difference): ReplayDifference {
  const shown = (bytes: Uint8Array) =>
    field === "gasUsed" || field === "status" ? BigInt(toHex(bytes)).toString() : toHex(bytes);
  return { field, expected: shown(expected), actual: shown(actual) };
}

function result(
  task: ExecutedOnEthereum,
  output: Uint8Array | null,
  logs: readonly ContractLog[],
  difference: ReplayDifference | undefined,
): ReplayedTask {
  const { taskId, record, receipt, outcome, blockNumber, transactionHash } = task;
  const fields = comparedFields(task, output, logs);
  const at = (REPLAYED_FIELDS as readonly unknown[]).indexOf(difference?.field);
  const compared = difference === undefined ? fields : fields.slice(0, Math.max(at, 0));
  return {
    ...{ verdict: difference === undefined ? "equal" : "different", taskId, secretContract: record.secretContract },
    ...{
      kind: record.kind,
      outcome: (outcomeName(outcome) ?? "failed") as ReplayedTask["outcome"],
      rules: record.rules,
    },
    ...{ epoch: receipt.epoch, blockNumber, transactionHash, gasUsed: receipt.gasUsed },
    ...{ compared, difference: difference ?? null },
  };
}

function comparedFields(
  { receipt, outcome }: ExecutedOnEthereum,
  output: Uint8Array | null,
  logs: readonly ContractLog[],
): ComparedField[] {
  const moves = receipt.moves.map(({ secretContract, stateAfter }) => `${secretContract} ${stateAfter}`);
  const entries = logs.flatMap((log) => log.entries);
  const bytes = entries.reduce((sum, { ciphertext }) => sum + ciphertext.length, 0);
  const withheld = outcome === OUTCOME["callback-failed"] ? "withheld, its callback failed" : "not to be had";
  const values: Record<(typeof REPLAYED_FIELDS)[number], string> = {
    moves: moves.join(", "),
    outputHash: receipt.outputHash,
    gasUsed: receipt.gasUsed.toString(),
    effectsHash: receipt.effectsHash,
    status: receipt.status === 1 ? "committed" : "failed",
    logs: `${entries.length} entries, ${bytes} bytes`,
    output:
      output === null || (output.length === 0 && outcome === OUTCOME["callback-failed"])
        ? withheld
        : `${output.length} bytes`,
  };
  return REPLAYED_FIELDS.map((field) => ({ field, value: values[field] }));
}
