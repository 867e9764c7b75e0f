import type { Task, TaskReceipt } from "../../client/index.ts";
import { abortable } from "../../network/abortable.ts";
import type { LocalNetwork } from "../../network/local-network.ts";
import type { Hash, Hex } from "../../protocol/hex.ts";

/** One task of a sample, settled, as its user saw it. */
export interface SampleTask {
  readonly kind: "deploy" | "call";
  readonly who: string;
  /** What was asked, in words that show the plaintext. */
  readonly call: string;
  readonly task: Task<unknown>;
  readonly receipt: TaskReceipt<unknown>;
  /** The decrypted result, in words. */
  readonly answer: string;
  /** Ethereum gas of the transaction that settled it; other receipts may share it. */
  readonly receiptGas: bigint;
  /** Milliseconds from the call to the verified answer. */
  readonly milliseconds: number;
}

/** A task to be ordered. */
export interface SampleOrder {
  readonly kind: "deploy" | "call";
  readonly who: string;
  readonly call: string;
  readonly order: () => Promise<Task<unknown>>;
}

/** What a sample runs in. */
export interface SampleStage {
  readonly network: LocalNetwork;
  /** Ends it early. */
  readonly signal: AbortSignal;
}

/** Orders a task, waits for its verified answer, and takes the time. */
export async function settle(
  { network, signal }: SampleStage,
  { kind, who, call, order }: SampleOrder,
): Promise<Omit<SampleTask, "answer">> {
  const start = performance.now();
  const task = await abortable(order(), signal);
  const receipt = await abortable(task.wait(), signal);
  const milliseconds = performance.now() - start;
  const receiptGas = await transactionGas(network, receipt.transactionHash);
  return { kind, who, call, task, receipt, receiptGas, milliseconds };
}

async function transactionGas(network: LocalNetwork, transactionHash: Hash): Promise<bigint> {
  const receipt = await network.view.connection.request<{ gasUsed: Hex }>("eth_getTransactionReceipt", [
    transactionHash,
  ]);
  return BigInt(receipt.gasUsed);
}
