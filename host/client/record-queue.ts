/**
 * Creates the records of one account's tasks.
 *
 * One transaction of the account is under way at a time, so that nonces never overtake each other. Orders that arrive
 * meanwhile, or in the same turn of the event loop, share the next transaction: it costs less gas for each, and many
 * tasks at once wait for few blocks. A transaction of several orders holds all or none; if it is refused, each order is
 * tried by itself, so that a bad one spoils no other.
 */
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import type { Address, Hash, Hex } from "../protocol/hex.ts";
import type { TaskOrder, TaskRecord } from "../protocol/task-record.ts";
import type { AccountTransactions } from "./account-transactions.ts";
import type { EthereumReceipt } from "./ethereum-endpoint.ts";
import { createRecordCalldata, createRecordsCalldata } from "./record-calldata.ts";
import { recordOf } from "./record-event.ts";

export interface CreatedRecord {
  readonly record: TaskRecord;
  readonly transactionHash: Hash;
  /** Ethereum gas of the transaction, shared by all records that it created. */
  readonly ethereumGas: bigint;
}

interface Waiting {
  readonly taskId: Hash;
  readonly order: TaskOrder;
  readonly resolve: (created: CreatedRecord) => void;
  readonly reject: (error: unknown) => void;
}

const MAX_ORDERS = 50;
/** Ethereum gas, generously: what is not used is not paid. */
const BASE_GAS = 120_000n;
const ORDER_GAS = 80_000n;

export class RecordQueue {
  readonly #enigma: Address;
  readonly #transactions: AccountTransactions;
  #waiting: Waiting[] = [];
  #scheduled = false;

  constructor(enigma: Address, transactions: AccountTransactions) {
    this.#enigma = enigma;
    this.#transactions = transactions;
  }

  /** Creates the record of an order. @throws `record-refused` with the contract's error; `transaction-refused` */
  create(taskId: Hash, order: TaskOrder): Promise<CreatedRecord> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ taskId, order, resolve, reject });
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#scheduled || this.#waiting.length === 0) return;
    this.#scheduled = true;
    // Everything that is ready in this turn has called `create` when the microtask runs.
    queueMicrotask(() => void this.#transactions.exclusively(() => this.#flush()));
  }

  async #flush(): Promise<void> {
    const batch = this.#waiting.splice(0, MAX_ORDERS);
    this.#scheduled = false;
    this.#schedule();
    if (batch.length === 1 || !(await this.#createTogether(batch))) {
      for (const waiting of batch) await this.#createAlone(waiting);
    }
  }

  /** Whether the records exist, or a failure that would meet each order as well was reported for all. */
  async #createTogether(batch: readonly Waiting[]): Promise<boolean> {
    const data = createRecordsCalldata(batch.map(({ order }) => order));
    try {
      const receipt = await this.#send(data, batch.length);
      for (const waiting of batch) this.#report(waiting, receipt);
      return true;
    } catch (error) {
      if (error instanceof EnigmaError && error.code === "record-refused") return false;
      for (const waiting of batch) waiting.reject(error);
      return true;
    }
  }

  async #createAlone(waiting: Waiting): Promise<void> {
    try {
      const data = createRecordCalldata(waiting.order);
      this.#report(waiting, await this.#send(data, 1));
    } catch (error) {
      waiting.reject(error);
    }
  }

  #send(data: Hex, orders: number): Promise<EthereumReceipt> {
    const gasLimit = BASE_GAS + ORDER_GAS * BigInt(orders);
    return this.#transactions.send({ to: this.#enigma, data, gasLimit }, "record-refused");
  }

  #report(waiting: Waiting, receipt: EthereumReceipt): void {
    const { transactionHash, gasUsed } = receipt;
    const record = recordOf(receipt, this.#enigma, waiting.taskId);
    if (record === undefined) waiting.reject(new EnigmaError("record-not-created", { data: { transactionHash } }));
    else waiting.resolve({ record, transactionHash, ethereumGas: BigInt(gasUsed) });
  }
}
