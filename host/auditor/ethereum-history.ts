/**
 * What Ethereum tells about tasks that have ended: their records, the receipts that it took with their signatures, and the order in
 * which the states of contracts moved. Everything that workers tell is compared with this.
 */
import { Interface, type Result } from "ethers";
import type { ChainView } from "../ethereum/chain-view.ts";
import { decodeEnigmaLog, type EnigmaEvent } from "../ethereum/enigma-events.ts";
import { enigmaAbi } from "../ethereum/generated/enigma-abi.ts";
import type { TransactionLog } from "../ethereum/transaction-sender.ts";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import { type Address, address, fromHex, type Hash, type Hex, hash, ZERO_HASH } from "../protocol/hex.ts";
import { OUTCOME, type Outcome, outcomeSlot } from "../protocol/outcome.ts";
import { type Receipt, type ReceiptStatus, receiptHash } from "../protocol/receipt.ts";
import { recordHash, type TaskRecord } from "../protocol/task-record.ts";

/** A task that was executed, as Ethereum has it. */
export interface ExecutedOnEthereum {
  readonly taskId: Hash;
  readonly record: TaskRecord;
  /** Beside the called contract, in the order of the record. */
  readonly touches: readonly Address[];
  /** Of a task whose record's transaction brought it along. */
  readonly posted: { readonly input: Uint8Array; readonly userKey: Uint8Array } | undefined;
  readonly outcome: Exclude<Outcome, typeof OUTCOME.refunded>;
  readonly receipt: Receipt;
  readonly signature: Uint8Array;
  readonly transactionHash: Hash;
  readonly blockNumber: bigint;
}

/** A task that nobody executed in time. */
export interface RefundedOnEthereum {
  readonly taskId: Hash;
  readonly record: TaskRecord;
  readonly outcome: typeof OUTCOME.refunded;
}

export type EndedTask = ExecutedOnEthereum | RefundedOnEthereum;

interface Committed {
  readonly receipt: Receipt;
  readonly signature: Uint8Array;
}

const abi = new Interface(enigmaAbi);
const MOVES = ["TaskSettled", "StateMoved"].map((name) => abi.getEvent(name)?.topicHash ?? "");
/** Transactions that are remembered: one holds the receipts of many tasks. */
const REMEMBERED_TRANSACTIONS = 16;

export class EthereumHistory {
  private readonly chain: ChainView;
  private readonly transactions = new Map<Hash, Promise<ReadonlyMap<Hash, Committed>>>();

  constructor(chain: ChainView) {
    this.chain = chain;
  }

  /** @throws EnigmaError `task-unknown`, `task-not-settled`, `chain-unreachable`, `chain-rpc-error` */
  async task(taskId: Hash): Promise<EndedTask> {
    const [slot, events] = await Promise.all([this.chain.contract.taskSlot(taskId), this.events([null, taskId])]);
    const record = events.findLast((event) => event.name === "RecordCreated")?.record;
    if (slot === ZERO_HASH || record === undefined) throw new EnigmaError("task-unknown", { data: { taskId } });
    if (slot === recordHash(record)) throw new EnigmaError("task-not-settled", { data: { taskId } });
    if (slot === outcomeSlot(OUTCOME.refunded, ZERO_HASH)) return { taskId, record, outcome: OUTCOME.refunded };
    const settled = events.findLast(
      (event) => event.name === "TaskSettled" && outcomeSlot(event.outcome, event.receiptHash) === slot,
    );
    if (settled?.name !== "TaskSettled" || settled.outcome === OUTCOME.refunded) throw noReceipt(taskId);
    const { transactionHash, blockNumber, outcome } = settled;
    const committed = (await this.receiptsIn(transactionHash)).get(settled.receiptHash);
    if (committed === undefined) throw noReceipt(taskId);
    const touches = events.findLast((event) => event.name === "TaskTouches")?.touches ?? [];
    const posted = events.findLast((event) => event.name === "TaskInput");
    return { taskId, record, touches, posted, outcome, ...committed, transactionHash, blockNumber };
  }

  /** The ids of the tasks that were executed on these contracts or moved their states, in the order of their ends. */
  async tasksOf(contracts: readonly Address[], toBlock: bigint): Promise<Hash[]> {
    const events = await this.events([MOVES, null, contracts.map(addressTopic)], toBlock);
    return [...new Set(events.flatMap((event) => ("taskId" in event ? [event.taskId] : [])))];
  }

  /** The state hashes that a contract has had, that of the empty log among them. */
  async statesOf(secretContract: Address): Promise<ReadonlySet<Hash>> {
    const events = await this.events([MOVES, null, addressTopic(secretContract)]);
    return new Set([ZERO_HASH, ...events.flatMap((event) => ("stateAfter" in event ? [event.stateAfter] : []))]);
  }

  private async events(topics: readonly unknown[], toBlock?: bigint): Promise<readonly EnigmaEvent[]> {
    const to = toBlock === undefined ? "latest" : `0x${toBlock.toString(16)}`;
    const filter = { address: this.chain.domain.enigma, fromBlock: "0x0", toBlock: to, topics };
    const logs = await this.chain.connection.request<readonly TransactionLog[]>("eth_getLogs", [filter]);
    return logs.map(decodeEnigmaLog).filter((event) => event !== undefined);
  }

  /** The receipts of a transaction by their hashes. */
  private receiptsIn(transactionHash: Hash): Promise<ReadonlyMap<Hash, Committed>> {
    const known = this.transactions.get(transactionHash);
    if (known !== undefined) return known;
    const read = this.readReceipts(transactionHash);
    this.transactions.set(transactionHash, read);
    read.catch(() => this.transactions.delete(transactionHash));
    const [oldest] = this.transactions.keys();
    if (this.transactions.size > REMEMBERED_TRANSACTIONS && oldest !== undefined) this.transactions.delete(oldest);
    return read;
  }

  private async readReceipts(transactionHash: Hash): Promise<ReadonlyMap<Hash, Committed>> {
    const { connection } = this.chain;
    const transaction = await connection.request<{ input: Hex } | null>("eth_getTransactionByHash", [transactionHash]);
    const call = transaction && abi.parseTransaction({ data: transaction.input });
    if (call?.name !== "commitReceipts") return new Map();
    const committed = Array.from(call.args[0] as Result[], commitmentOf);
    return new Map(committed.map((each) => [receiptHash(each.receipt), each]));
  }
}

function commitmentOf(commitment: Result): Committed {
  const { receipt, signature } = commitment.toObject() as { receipt: Result; signature: string };
  const { taskId, recordHash, epoch, moves, outputHash, gasUsed, effectsHash, status } = receipt.toObject();
  return {
    receipt: {
      taskId: hash(taskId),
      recordHash: hash(recordHash),
      epoch,
      moves: Array.from(moves as Result[], (move) => {
        const { secretContract, stateBefore, stateAfter } = move.toObject();
        return {
          secretContract: address(secretContract),
          stateBefore: hash(stateBefore),
          stateAfter: hash(stateAfter),
        };
      }),
      outputHash: hash(outputHash),
      gasUsed,
      effectsHash: hash(effectsHash),
      status: Number(status) as ReceiptStatus,
    },
    signature: fromHex(signature),
  };
}

function addressTopic(secretContract: Address): Hex {
  return `0x${"00".repeat(12)}${secretContract.slice(2)}`;
}

function noReceipt(taskId: Hash): EnigmaError {
  return new EnigmaError("chain-rpc-error", {
    data: { taskId },
    detail: "The Ethereum endpoint does not show the transaction that settled the task.",
  });
}
