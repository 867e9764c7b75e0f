/** Tasks as Ethereum shows them to everybody: their records, and what became of them. */
import { decodeEnigmaLog, type EnigmaEvent } from "../ethereum/enigma-events.ts";
import type { JsonRpcConnection } from "../ethereum/json-rpc-connection.ts";
import type { TransactionLog } from "../ethereum/transaction-sender.ts";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import type { Address, Hash, Hex } from "../protocol/hex.ts";
import { outcomeName } from "../protocol/outcome.ts";
import { TASK_KIND } from "../protocol/task-record.ts";

type EventOf<N extends EnigmaEvent["name"]> = Extract<EnigmaEvent, { readonly name: N }>;

/** A task with its events. */
export interface HistoricTask {
  readonly taskId: Hash;
  readonly created: EventOf<"RecordCreated">;
  readonly settled: EventOf<"TaskSettled"> | undefined;
  readonly refunded: EventOf<"TaskRefunded"> | undefined;
  /** The input, where it stands on Ethereum. */
  readonly posted: EventOf<"TaskInput"> | undefined;
  readonly callGas: EventOf<"CallGasPaid"> | undefined;
  readonly failedCalls: readonly EventOf<"CallFailed">[];
  /** State hashes of other contracts that it moved. */
  readonly moved: readonly EventOf<"StateMoved">[];
}

/** Facts of a transaction that concern a task. */
export interface TransactionFacts {
  readonly from: Address;
  readonly gasUsed: bigint;
  /** How many tasks it has settled together. */
  readonly settledTasks: number;
}

export const KIND_NAMES: Readonly<Record<number, string>> = Object.fromEntries(
  Object.entries(TASK_KIND).map(([name, number]) => [number, name]),
);

/** What a task has come to: `open` until Ethereum says more. */
export function statusOf({ settled, refunded }: HistoricTask): string {
  if (refunded !== undefined) return "refunded";
  return settled === undefined ? "open" : (outcomeName(settled.outcome) ?? "settled");
}

export class TaskHistory {
  readonly #connection: JsonRpcConnection;
  readonly #enigma: Address;

  constructor(connection: JsonRpcConnection, enigma: Address) {
    this.#connection = connection;
    this.#enigma = enigma;
  }

  /** All tasks, newest first. */
  async all(): Promise<HistoricTask[]> {
    const tasks = new Map<Hash, { -readonly [K in keyof HistoricTask]?: HistoricTask[K] }>();
    const take = (taskId: Hash, part: object) => void tasks.set(taskId, { ...tasks.get(taskId), ...part });
    for (const event of await this.#events()) {
      if (event.name === "RecordCreated") take(event.taskId, { taskId: event.taskId, created: event });
      else if (event.name === "TaskSettled") take(event.taskId, { settled: event });
      else if (event.name === "TaskRefunded") take(event.taskId, { refunded: event });
      else if (event.name === "TaskInput") take(event.taskId, { posted: event });
      else if (event.name === "CallGasPaid") take(event.taskId, { callGas: event });
      else if (event.name === "CallFailed")
        take(event.taskId, { failedCalls: [...(tasks.get(event.taskId)?.failedCalls ?? []), event] });
      else if (event.name === "StateMoved")
        take(event.taskId, { moved: [...(tasks.get(event.taskId)?.moved ?? []), event] });
    }
    const none = { settled: undefined, refunded: undefined, posted: undefined, callGas: undefined };
    return [...tasks.values()]
      .filter(({ created }) => created !== undefined)
      .map((task) => ({ ...none, failedCalls: [], moved: [], ...task }) as HistoricTask)
      .reverse();
  }

  /**
   * One task, by its id or by the id's first digits.
   * @throws `task-not-on-chain`, `task-ambiguous`
   */
  async one(given: string): Promise<HistoricTask> {
    const start = given.toLowerCase();
    const found = (await this.all()).filter(({ taskId }) => taskId.startsWith(start));
    if (found.length > 1) throw new EnigmaError("task-ambiguous", { data: { taskId: given, count: found.length } });
    if (found[0] === undefined) throw new EnigmaError("task-not-on-chain", { data: { taskId: given } });
    return found[0];
  }

  /** Who sent a transaction, and what it cost. */
  async transaction(hash: Hash): Promise<TransactionFacts> {
    type Receipt = { readonly from: Address; readonly gasUsed: Hex; readonly logs: readonly TransactionLog[] };
    const receipt = await this.#connection.request<Receipt>("eth_getTransactionReceipt", [hash]);
    const own = receipt.logs.filter((log) => log.address.toLowerCase() === this.#enigma).map(decodeEnigmaLog);
    const settledTasks = own.filter((event) => event?.name === "TaskSettled").length;
    return { from: receipt.from, gasUsed: BigInt(receipt.gasUsed), settledTasks };
  }

  async #events(): Promise<EnigmaEvent[]> {
    const filter = { address: this.#enigma, fromBlock: "0x0", toBlock: "latest" };
    const logs = await this.#connection.request<TransactionLog[]>("eth_getLogs", [filter]);
    return logs.map(decodeEnigmaLog).filter((event) => event !== undefined);
  }
}
