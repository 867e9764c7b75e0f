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
import { type Address, type Hash, type Hex, toHex } from "../protocol/hex.ts";
import { TASK_KIND, type TaskOrder, type TaskRecord } from "../protocol/task-record.ts";
import { type Commitment, encodeCommitReceipts } from "./commitment.ts";
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
  refund: 120_000n,
  receiptBase: 80_000n,
  /** The first receipt of a contract or user writes slots that were empty. */
  receipt: 90_000n,
  /** A receipt of a deployment creates an account and stores its facts. */
  deployReceipt: 165_000n,
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

  refund(record: TaskRecord): Promise<EnigmaTransaction> {
    return this.#send("refund", [record], GAS.refund);
  }

  registerWorker(signer: Address, encryptionKey: Uint8Array, quote: Uint8Array): Promise<EnigmaTransaction> {
    return this.#send("registerWorker", [signer, toHex(encryptionKey), quote], registrationGas(quote));
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
    return this.#send("withdrawStake", [amount], GAS.transfer);
  }

  unregister(): Promise<EnigmaTransaction> {
    return this.#send("unregister", [], GAS.transfer + 10_000n * MAX_WORKERS);
  }

  /** A receipt that does not hold is refused by itself: look for `ReceiptRefused` among the events. */
  commitReceipts(commitments: readonly Commitment[]): Promise<EnigmaTransaction> {
    let gasLimit: bigint = GAS.receiptBase;
    for (const { record } of commitments) {
      gasLimit += record.kind === TASK_KIND.deploy ? GAS.deployReceipt : GAS.receipt;
    }
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

function registrationGas(quote: Uint8Array): bigint {
  return GAS.register + GAS.quoteByte * BigInt(quote.length);
}
