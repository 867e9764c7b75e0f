/** `enigma tasks` and `enigma task`. */
import { formatUnits } from "ethers";
import type { Gateway } from "../client/gateway.ts";
import { didYouMean } from "../project/suggestion.ts";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import type { TaskResult } from "../protocol/rpc-types.ts";
import type { CommandResult } from "./command.ts";
import { grouped } from "./grouped.ts";
import { NetworkReading } from "./network-reading.ts";
import { knownAddresses } from "./network-session.ts";
import type { Output } from "./output.ts";
import type { Style } from "./style.ts";
import { type HistoricTask, KIND_NAMES, statusOf, type TransactionFacts } from "./task-history.ts";
import { fiveSteps } from "./task-steps.ts";
import { short } from "./walk/step-lines.ts";

interface Place {
  readonly network: string | undefined;
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

export interface TasksRequest extends Place {
  readonly contract: string | undefined;
  readonly from: string | undefined;
  readonly limit: number;
}

/** All that is known of one task. */
export interface TaskFacts {
  readonly task: HistoricTask;
  readonly record: TransactionFacts;
  readonly settlement: TransactionFacts | undefined;
  /** What any worker tells everybody of a settled task; undefined where none has it. */
  readonly result: TaskResult | undefined;
  /** Who was to execute it, in its epoch. */
  readonly selected: string | undefined;
  readonly callGasPrice: bigint;
  readonly names: ReadonlyMap<string, string>;
}

export async function listTasks(request: TasksRequest, out: Output): Promise<CommandResult> {
  const reading = await NetworkReading.open(request.cwd, request.network);
  try {
    const contract = request.contract && addressOf(reading, request, request.contract);
    const sender = request.from && addressOf(reading, request, request.from);
    const all = await out.during("reading the chain", () => reading.history.all());
    const found = all.filter(
      ({ created }) =>
        (contract === undefined || created.secretContract === contract) &&
        (sender === undefined || created.sender === sender),
    );
    const tasks = found.slice(0, request.limit);
    const names = reading.names(request.env);
    const more =
      found.length > tasks.length ? [out.style.dim(`${found.length - tasks.length} older ones: --limit`)] : [];
    return {
      json: { tasks: tasks.map(summaryJson), total: found.length },
      text: tasks.length === 0 ? "no tasks yet" : [...table(tasks, names, out.style), ...more].join("\n"),
    };
  } finally {
    reading.close();
  }
}

export async function showTask(request: Place & { readonly id: string }, out: Output): Promise<CommandResult> {
  const reading = await NetworkReading.open(request.cwd, request.network);
  try {
    const facts = await out.during("reading the chain", () => factsOf(reading, request));
    return { json: taskJson(facts), text: fiveSteps(facts, out.style) };
  } finally {
    reading.close();
  }
}

async function factsOf(reading: NetworkReading, { id, env }: Place & { readonly id: string }): Promise<TaskFacts> {
  const { history, contract, gateway } = reading;
  const task = await history.one(id);
  const { created, settled } = task;
  const info = await contract.contractInfo(created.secretContract);
  const group = info?.group ?? created.secretContract;
  const [record, settlement, result, selected, { callGasPrice }] = await Promise.all([
    history.transaction(created.transactionHash),
    settled === undefined ? undefined : history.transaction(settled.transactionHash),
    settled === undefined ? undefined : resultOf(gateway, task),
    contract.selectedWorker(created.record.epoch, group),
    contract.parameters(),
  ]);
  return { task, record, settlement, result, selected, callGasPrice, names: reading.names(env) };
}

/** Workers forget results after a while; then Ethereum's word is all there is. */
async function resultOf(gateway: Gateway, { taskId }: HistoricTask): Promise<TaskResult | undefined> {
  try {
    return await gateway.taskResult(taskId);
  } catch (error) {
    if (error instanceof EnigmaError) return undefined;
    throw error;
  }
}

function addressOf({ place }: NetworkReading, { env }: Place, given: string): string {
  if (/^0x[0-9a-fA-F]{40}$/.test(given)) return given.toLowerCase();
  const known = knownAddresses(place, env);
  const found = known.get(given);
  if (found !== undefined) return found.toLowerCase();
  const detail = didYouMean(given, known.keys()).trim() || undefined;
  throw new EnigmaError("contract-name-unknown", { data: { name: given, network: place.network }, detail });
}

function summaryJson(task: HistoricTask): object {
  const { taskId, created, settled } = task;
  const { sender, secretContract, record } = created;
  return {
    ...{ taskId, status: statusOf(task), kind: KIND_NAMES[record.kind], sender, secretContract },
    ...{ blockNumber: created.blockNumber, gasUsed: settled?.gasUsed ?? null, gasLimit: record.gasLimit },
  };
}

function taskJson({ task, record, settlement, result, selected, callGasPrice }: TaskFacts): object {
  const { created, settled, callGas, failedCalls, posted, moved } = task;
  const { transactionHash, blockNumber } = created;
  return {
    ...summaryJson(task),
    ...{ record: created.record, selectedWorker: selected, worker: settlement?.from ?? null },
    gas: {
      used: settled?.gasUsed ?? null,
      limit: created.record.gasLimit,
      price: created.record.gasPrice,
      calls: { used: callGas?.gasUsed ?? 0n, limit: created.record.callGasLimit, price: callGasPrice },
      ethereum: {
        record: record.gasUsed,
        settlement: settlement?.gasUsed ?? null,
        settledTogether: settlement?.settledTasks ?? null,
      },
    },
    transactions: {
      record: { transactionHash, blockNumber },
      settlement: settled && { transactionHash: settled.transactionHash, blockNumber: settled.blockNumber },
    },
    input: { hash: created.record.inputHash, bytes: posted?.input.length ?? null, onEthereum: posted !== undefined },
    output: settled && { hash: settled.outputHash, bytes: result?.output?.length ?? null },
    stateAfter: settled?.stateAfter ?? null,
    moves: result?.receipt?.moves ?? moved.map(({ secretContract, stateAfter }) => ({ secretContract, stateAfter })),
    failedCalls: failedCalls.map(({ index, reason }) => ({ index, reason })),
  };
}

function table(tasks: readonly HistoricTask[], names: ReadonlyMap<string, string>, style: Style): string[] {
  const named = (at: string) => names.get(at.toLowerCase()) ?? short(at);
  const rows = tasks.map((task) => {
    const { taskId, created, settled } = task;
    const { record } = created;
    const gas = settled === undefined ? "" : grouped(settled.gasUsed);
    const paid = settled === undefined ? "" : `${formatUnits(settled.gasUsed * record.gasPrice)} ENG`;
    return [
      short(taskId),
      statusOf(task),
      KIND_NAMES[record.kind] ?? "",
      named(created.secretContract),
      named(created.sender),
      String(created.blockNumber),
      gas,
      paid,
    ];
  });
  const head = ["TASK", "STATUS", "KIND", "CONTRACT", "FROM", "BLOCK", "GAS", "PAID"];
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] as string).length)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] as number))
      .join("  ")
      .trimEnd();
  const colours: Readonly<Record<string, (text: string) => string>> = { committed: style.green, open: style.yellow };
  return [
    style.dim(line(head)),
    ...rows.map((row) => {
      const text = line(row);
      const status = row[1] as string;
      return text.replace(status, (colours[status] ?? style.red)(status));
    }),
  ];
}
