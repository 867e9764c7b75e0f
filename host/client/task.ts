import type { FunctionFragment, Interface } from "ethers";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import type { Address, Hash } from "../protocol/hex.ts";
import type { Move } from "../protocol/receipt.ts";
import type { TaskRecord } from "../protocol/task-record.ts";
import type { TaskStatus } from "../protocol/task-status.ts";
import type { ContractEvent } from "./contract-event.ts";
import type { SettledTask } from "./settled-task.ts";
import type { SettledCall } from "./settlement.ts";
import { failureOf } from "./task-failure.ts";
import type { TaskUnderWay } from "./task-under-way.ts";

export interface WaitOptions {
  /** Milliseconds after which to give up waiting; the task goes on. */
  readonly timeout?: number;
}

/** A committed task: what it returned, and what stands on Ethereum about it. */
export interface TaskReceipt<T, E extends ContractEvent = ContractEvent> {
  readonly taskId: Hash;
  readonly status: "committed";
  /** The function's decoded result. */
  readonly result: T;
  /** The events that this user can read: public ones and those encrypted to the user, in order, of all contracts of the task. */
  readonly events: readonly E[];
  /** The calls that the task made on Ethereum, in order. */
  readonly calls: readonly SettledCall[];
  readonly gasUsed: bigint;
  /** The epoch in which it was executed. */
  readonly epoch: bigint;
  readonly moves: readonly Move[];
  readonly inputHash: Hash;
  readonly outputHash: Hash;
  /** Ciphertext whose hash is `outputHash`. */
  readonly output: Uint8Array;
  /** What the task's slot on Ethereum holds. */
  readonly outcomeSlot: Hash;
  /** The Ethereum transaction that settled the task. */
  readonly transactionHash: Hash;
  readonly blockNumber: bigint;
  readonly worker: Address | undefined;
}

/** How a task's result is read. */
export interface TaskReading<T> {
  /** The ABI that explains the events of a contract. */
  readonly abiOf?: (contract: Address) => Interface;
  /** Name of what was called, for errors. */
  readonly called: string;
  readonly abi: Interface;
  readonly decode: (result: Uint8Array) => T;
}

/** A task whose record stands on Ethereum and whose input the gateway has. */
export class Task<T, E extends ContractEvent = ContractEvent> {
  /** The task's id. */
  readonly id: Hash;
  readonly record: TaskRecord;
  /** The Ethereum transaction that created the record. */
  readonly transactionHash: Hash;
  /** Ethereum gas of that transaction; other records may share it. */
  readonly ethereumGas: bigint;
  readonly #task: TaskUnderWay;
  readonly #reading: TaskReading<T>;

  constructor(task: TaskUnderWay, reading: TaskReading<T>) {
    this.id = task.id;
    this.record = task.record;
    this.transactionHash = task.created.transactionHash;
    this.ethereumGas = task.created.ethereumGas;
    this.#task = task;
    this.#reading = reading;
  }

  /** The last status that was heard. */
  get status(): TaskStatus {
    return this.#task.status;
  }

  /** The worker that is to execute the task. */
  get worker(): Address | undefined {
    return this.#task.worker;
  }

  /**
   * Waits until the task is settled, checks its result against Ethereum and decrypts it.
   *
   * @throws ContractRevertedError if the contract reverted; CallbackFailedError if a call that it required failed;
   * TaskFailedError with the code of any other ending
   * @throws `task-timeout`, `task-refunded`, `result-mismatch`
   */
  async wait(options: WaitOptions = {}): Promise<TaskReceipt<T, E>> {
    const settled = await this.#task.settled(options.timeout);
    const { ending } = settled;
    if (ending?.name === "returned") return this.#receipt(settled, this.#reading.decode(ending.result));
    throw failureOf(settled, this.#reading.called, this.#reading.abi);
  }

  #receipt(settled: SettledTask, result: T): TaskReceipt<T, E> {
    const { taskId, receipt, output, outcomeSlot, transactionHash, blockNumber } = settled;
    const { gasUsed, epoch, moves, outputHash } = receipt;
    const { inputHash } = this.record;
    const { abi, abiOf = () => abi } = this.#reading;
    const events = this.#task.events(settled, abiOf) as E[];
    const done = { result, events, calls: settled.settlement.calls };
    const onChain = { inputHash, outputHash, output, outcomeSlot, transactionHash, blockNumber };
    return { taskId, status: "committed", ...done, gasUsed, epoch, moves, ...onChain, worker: this.worker };
  }
}

/** Decodes a function's result as ethers does: nothing, the one value, or a Result of several. */
export function decodeResult(abi: Interface, fragment: FunctionFragment, result: Uint8Array): unknown {
  try {
    const values = abi.decodeFunctionResult(fragment, result);
    if (fragment.outputs.length === 0) return undefined;
    return fragment.outputs.length === 1 ? values[0] : values;
  } catch (cause) {
    throw new EnigmaError("encoding-malformed", { data: { what: `result of ${fragment.name}` }, cause });
  }
}
