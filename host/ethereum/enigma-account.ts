/**
 * What one account does with the Enigma contract: each method sends a transaction and resolves with its receipt and
 * decoded events once it is in a block.
 *
 * Gas limits are known numbers, with room: estimating costs a round trip for each transaction, and what is not used
 * is not paid.
 *
 * @throws all methods: the contract's own error (see `revert-error.ts`), `chain-unreachable`, `chain-rpc-error`
 */
import { Interface } from "ethers";
import type { SignedReceipt } from "../protocol/equivocation.ts";
import { type Address, type Hash, type Hex, toHex } from "../protocol/hex.ts";
import type { TaskOrder, TaskRecord } from "../protocol/task-record.ts";
import { type Commitment, commitmentGas, encodeCommitReceipts } from "./commitment.ts";
import type { EnigmaContract } from "./enigma-contract.ts";
import { decodeEnigmaLog, type EnigmaEvent } from "./enigma-events.ts";
import { enigmaAbi } from "./generated/enigma-abi.ts";
import type { TokenPermit } from "./token-contract.ts";
import type { TransactionReceipt, TransactionSender } from "./transaction-sender.ts";

export interface EnigmaTransaction extends TransactionReceipt {
  readonly events: readonly EnigmaEvent[];
}

/** An epoch as `setEpoch` takes it. */
export interface SignedEpoch {
  readonly number: bigint;
  readonly seed: Hash;
  readonly snapshotBlock: bigint;
  readonly firstBlock: bigint;
  /** Of the principal's enclave, 65 bytes. */
  readonly signature: Uint8Array;
}

const abi = new Interface(enigmaAbi);

const GAS = {
  transfer: 150_000n,
  /** Registering stores a quote in the log: 8 gas a byte there, up to 40 in calldata. */
  register: 300_000n,
  quoteByte: 60n,
  record: 120_000n,
  recordBase: 60_000n,
  touched: 12_000n,
  /** Calldata, its hash and the log. */
  inputByte: 60n,
  posted: 40_000n,
  /** With a penalty: the worker's stake, its weight, and the burning. */
  refund: 300_000n,
  report: 300_000n,
  reportMove: 3_000n,
  receiptBase: 80_000n,
  /** Moving up one place in the list of workers. */
  listed: 10_000n,
  epochBase: 250_000n,
  epochWorker: 80_000n,
} as const;

/** Most workers that the contract takes; bounds the gas of an epoch. */
const MAX_WORKERS = 128n;

export class EnigmaAccount {
  readonly sender: TransactionSender;
  readonly contract: EnigmaContract;

  constructor(sender: TransactionSender, contract: EnigmaContract) {
    this.sender = sender;
    this.contract = contract;
  }

  get address(): Address {
    return this.sender.address;
  }

  /** Needs an allowance of the token. */
  deposit(amount: bigint): Promise<EnigmaTransaction> {
    return this.#send("deposit", [amount], GAS.transfer);
  }

  depositWithPermit(amount: bigint, { deadline, v, r, s }: TokenPermit): Promise<EnigmaTransaction> {
    return this.#send("depositWithPermit", [amount, deadline, v, r, s], GAS.transfer);
  }

  withdrawBalance(amount: bigint): Promise<EnigmaTransaction> {
    return this.#send("withdrawBalance", [amount], GAS.transfer);
  }

  createRecord(order: TaskOrder): Promise<EnigmaTransaction> {
    return this.#send("createRecord", [order], GAS.record);
  }

  /** All or none. */
  createRecords(orders: readonly TaskOrder[]): Promise<EnigmaTransaction> {
    return this.#send("createRecords", [orders], GAS.recordBase + GAS.record * BigInt(orders.length));
  }

  /** Records a call that may touch other contracts of its group, in ascending order of addresses. */
  createRecordTouching(order: TaskOrder, touches: readonly Address[]): Promise<EnigmaTransaction> {
    return this.#send("createRecordTouching", [order, touches], recordGas(touches));
  }

  /** Records a posted or an ordered call together with its input; a user key of zeros: the input is plain calldata. */
  postRecord(
    order: TaskOrder,
    input: Uint8Array,
    userKey: Uint8Array,
    touches: readonly Address[] = [],
  ): Promise<EnigmaTransaction> {
    const gasLimit = recordGas(touches) + GAS.posted + GAS.inputByte * BigInt(input.length);
    return this.#send("postRecord", [order, input, userKey, touches], gasLimit);
  }

  /** Shows two receipts that one enclave should not have signed both. */
  reportEquivocation(first: SignedReceipt, second: SignedReceipt): Promise<EnigmaTransaction> {
    const moves = first.receipt.moves.length + second.receipt.moves.length;
    const args = [first.receipt, first.signature, second.receipt, second.signature];
    return this.#send("reportEquivocation", args, GAS.report + GAS.reportMove * BigInt(moves));
  }

  refund(record: TaskRecord): Promise<EnigmaTransaction> {
    return this.#send("refund", [record], GAS.refund);
  }

  /** @param registration the enclave's signature of `WorkerRegistration`, 65 bytes */
  registerWorker(
    signer: Address,
    encryptionKey: Uint8Array,
    quote: Uint8Array,
    registration: Uint8Array,
  ): Promise<EnigmaTransaction> {
    const args = [signer, toHex(encryptionKey), quote, registration];
    return this.#send("registerWorker", args, registrationGas(quote));
  }

  /** Needs an allowance of the token. */
  depositStake(amount: bigint): Promise<EnigmaTransaction> {
    return this.#send("depositStake", [amount], GAS.transfer);
  }

  logIn(): Promise<EnigmaTransaction> {
    return this.#send("logIn", [], GAS.transfer);
  }

  logOut(): Promise<EnigmaTransaction> {
    return this.#send("logOut", [], GAS.transfer);
  }

  withdrawStake(amount: bigint): Promise<EnigmaTransaction> {
    return this.#send("withdrawStake", [amount], GAS.transfer + GAS.listed * MAX_WORKERS);
  }

  unregister(): Promise<EnigmaTransaction> {
    return this.#send("unregister", [], GAS.transfer + GAS.listed * MAX_WORKERS);
  }

  /** A receipt that does not hold is refused by itself: look for `ReceiptRefused` among the events. */
  commitReceipts(commitments: readonly Commitment[]): Promise<EnigmaTransaction> {
    const gasLimit = commitments.reduce(
      (sum, commitment) => sum + commitmentGas(commitment),
      GAS.receiptBase as bigint,
    );
    return this.#transact(encodeCommitReceipts(commitments), gasLimit);
  }

  /** For the owner, once. */
  registerPrincipal(signer: Address, quote: Uint8Array): Promise<EnigmaTransaction> {
    return this.#send("registerPrincipal", [signer, quote], registrationGas(quote));
  }

  setEpoch({ number, seed, snapshotBlock, firstBlock, signature }: SignedEpoch): Promise<EnigmaTransaction> {
    const args = [number, seed, snapshotBlock, firstBlock, signature];
    return this.#send("setEpoch", args, GAS.epochBase + GAS.epochWorker * MAX_WORKERS);
  }

  #send(name: string, args: readonly unknown[], gasLimit: bigint): Promise<EnigmaTransaction> {
    return this.#transact(abi.encodeFunctionData(name, args) as Hex, gasLimit);
  }

  async #transact(data: Hex, gasLimit: bigint): Promise<EnigmaTransaction> {
    const receipt = await this.sender.send({ to: this.contract.address, data, gasLimit });
    const own = receipt.logs.filter((log) => log.address.toLowerCase() === this.contract.address);
    return { ...receipt, events: own.map(decodeEnigmaLog).filter((event) => event !== undefined) };
  }
}

/** The tasks that a transaction has put on record. */
export function createdTasks(transaction: EnigmaTransaction): { taskId: Hash; record: TaskRecord }[] {
  return transaction.events.filter((event) => event.name === "RecordCreated");
}

function recordGas(touches: readonly Address[]): bigint {
  return GAS.record + GAS.touched * BigInt(touches.length);
}

function registrationGas(quote: Uint8Array): bigint {
  return GAS.register + GAS.quoteByte * BigInt(quote.length);
}
