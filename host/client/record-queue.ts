/**
 * Creates the records of one account's tasks.
 *
 * One transaction of the account is under way at a time, so that nonces never overtake each other. Orders that arrive
 * meanwhile, or in the same turn of the event loop, share the next transaction: it costs less gas for each, and many
 * tasks at once wait for few blocks. A transaction of several orders holds all or none; if it is refused, each order is
 * tried by itself, so that a bad one spoils no other. Orders that bring an input or name other contracts go alone.
 */
import { EnigmaError, isEnigmaError } from "../protocol/errors/enigma-error.ts";
import type { Address, Hash, Hex } from "../protocol/hex.ts";
import type { TaskRecord } from "../protocol/task-record.ts";
import type { AccountTransactions } from "./account-transactions.ts";
import type { EthereumReceipt } from "./ethereum-endpoint.ts";
import { createRecordsCalldata, isPlain, type RecordRequest, recordCalldata } from "./record-calldata.ts";
import { recordOf } from "./record-event.ts";

export interface CreatedRecord {
  readonly record: TaskRecord;
  readonly transactionHash: Hash;
  /** Ethereum gas of the transaction, shared by all records that it created. */
  readonly ethereumGas: bigint;
}

interface Waiting {
  readonly taskId: Hash;
  readonly request: RecordRequest;
  readonly resolve: (created: CreatedRecord) => void;
  readonly reject: (error: unknown) => void;
}

const MAX_ORDERS = 50;
/** Ethereum gas, generously: what is not used is not paid. */
const BASE_GAS = 120_000n;
const ORDER_GAS = 80_000n;
/** For the checks and the event of each touched contract. */
const TOUCH_GAS = 20_000n;
/** For quota and event of an input, and for each of its bytes: calldata at its floor price, hash and log. */
const POST_GAS = 60_000n;
const POSTED_BYTE_GAS = 60n;

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
  create(taskId: Hash, request: RecordRequest): Promise<CreatedRecord> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ taskId, request, resolve, reject });
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
    const plain = batch.filter(({ request }) => isPlain(request));
    const left = plain.length < 2 ? plain : await this.#createTogether(plain);
    for (const waiting of left) await this.#createAlone(waiting);
    for (const waiting of batch) if (!isPlain(waiting.request)) await this.#createAlone(waiting);
  }

  /** Resolves to those that are to be tried alone; the others' records exist, or their failure was reported. */
  async #createTogether(batch: readonly Waiting[]): Promise<readonly Waiting[]> {
    const data = createRecordsCalldata(batch.map(({ request }) => request.order));
    try {
      const receipt = await this.#send(data, BASE_GAS + ORDER_GAS * BigInt(batch.length));
      for (const waiting of batch) this.#report(waiting, receipt);
      return [];
    } catch (error) {
      const left = leftAfter(batch, error);
      for (const waiting of batch) if (!left.includes(waiting)) waiting.reject(error);
      return left;
    }
  }

  async #createAlone(waiting: Waiting): Promise<void> {
    try {
      const { request } = waiting;
      this.#report(waiting, await this.#send(recordCalldata(request), ethereumGasOf(request)));
    } catch (error) {
      waiting.reject(error);
    }
  }

  #send(data: Hex, gasLimit: bigint): Promise<EthereumReceipt> {
    return this.#transactions.send({ to: this.#enigma, data, gasLimit }, "record-refused");
  }

  #report(waiting: Waiting, receipt: EthereumReceipt): void {
    const { transactionHash, gasUsed } = receipt;
    const record = recordOf(receipt, this.#enigma, waiting.taskId);
    if (record === undefined) waiting.reject(new EnigmaError("record-not-created", { data: { transactionHash } }));
    else waiting.resolve({ record, transactionHash, ethereumGas: BigInt(gasUsed) });
  }
}

/** Which orders may be taken alone where a transaction of all of them failed. */
function leftAfter(batch: readonly Waiting[], error: unknown): readonly Waiting[] {
  if (!isEnigmaError(error, "record-refused")) return [];
  if (error.data.error !== "EpochTooOld") return batch;
  // When an epoch's time is over, it is for all: many orders at once must not become as many failing transactions.
  const oldest = Math.min(...batch.map(({ request }) => Number(request.order.epoch)));
  return batch.filter(({ request }) => request.order.epoch > oldest);
}

function ethereumGasOf({ touches, posted }: RecordRequest): bigint {
  const post = posted === null ? 0n : POST_GAS + POSTED_BYTE_GAS * BigInt(posted.input.length);
  return BASE_GAS + ORDER_GAS + TOUCH_GAS * BigInt(touches.length) + post;
}
