/**
 * Takes executed tasks to Ethereum: one transaction at a time, with all receipts that have gathered meanwhile, so that a
 * batch is as large as the load makes it and a single task waits for nothing. The Ethereum gas that a batch may need,
 * promised calls included, stays below what a block holds.
 *
 * A transaction whose fate is unknown is not simply repeated: the slots of its tasks say which of them are still open. One
 * that reverts is taken apart, and a receipt that reverts alone is given up after a few attempts: it costs the worker ether
 * every time.
 */

import type { Commitment } from "../ethereum/commitment.ts";
import type { EnigmaAccount, EnigmaTransaction } from "../ethereum/enigma-account.ts";
import type { EnigmaContract } from "../ethereum/enigma-contract.ts";
import type { Clock } from "../protocol/clock.ts";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import type { Hash } from "../protocol/hex.ts";
import type { Logger } from "../protocol/logger.ts";
import type { Observe } from "../protocol/observer.ts";
import { backoff, pause } from "../protocol/retry.ts";
import type { ExecutedTask } from "./lane.ts";

export interface CommitterOptions {
  readonly account: Pick<EnigmaAccount, "commitReceipts">;
  readonly contract: Pick<EnigmaContract, "taskSlot">;
  /** Receipts of one transaction, at most. */
  readonly batchSize: number;
  /** Ethereum gas that a receipt may need. */
  readonly gasOf: (commitment: Commitment) => bigint;
  /** Says whether this worker may commit for the task now. */
  readonly isMine: (executed: ExecutedTask) => boolean;
  /** Takes a transaction that is in a block, with the tasks whose receipts it carried. */
  readonly onCommitted: (batch: readonly ExecutedTask[], transaction: EnigmaTransaction) => Promise<void>;
  /** Takes receipts that are not sent any more: another worker's by now, or given up. */
  readonly onDropped: (dropped: readonly ExecutedTask[], why: "not-selected" | "given-up") => void;
  readonly clock: Clock;
  readonly log: Logger;
  readonly observe: Observe;
  readonly signal: AbortSignal;
}

/** Ethereum gas of one transaction: a block of most chains holds 30,000,000. */
const MAX_BATCH_GAS = 25_000_000n;
/** Reverted transactions of one receipt alone before it is given up. */
const MAX_REVERTS = 3;

/** What says nothing about the receipts: the transaction is tried again as it is. */
const TRANSIENT = new Set(["chain-unreachable", "chain-rpc-error", "transaction-lost", "transaction-refused"]);

interface Queued {
  readonly executed: ExecutedTask;
  /** Resolves when the receipt is stored: it is not sent before. */
  readonly written: Promise<void>;
}

export class Committer {
  private readonly options: CommitterOptions;
  private queue: Queued[] = [];
  private sending = false;
  private finishing = false;
  /** Resolves when everything that was given so far is sent or left. */
  private sent: Promise<void> = Promise.resolve();

  constructor(options: CommitterOptions) {
    this.options = options;
  }

  add(executed: readonly ExecutedTask[], written: Promise<void>): void {
    this.queue.push(...executed.map((each) => ({ executed: each, written })));
    if (!this.sending) this.sent = this.run();
  }

  /** Starts no further transaction, and resolves when the one under way is taken in. */
  async finish(): Promise<void> {
    this.finishing = true;
    await this.sent;
  }

  /** Forgets receipts that are not sent yet and no longer count. */
  discard(taskIds: ReadonlySet<Hash>): void {
    this.queue = this.queue.filter(({ executed }) => !taskIds.has(executed.task.taskId));
  }

  private async run(): Promise<void> {
    this.sending = true;
    try {
      for (let batch = this.nextBatch(); batch.length > 0; batch = this.nextBatch()) {
        await Promise.all(batch.map(({ written }) => written));
        await this.commit(batch.map(({ executed }) => executed));
      }
    } catch (error) {
      // The store is closed, or the chain's answer made no sense: the receipts lie in the store, or are made again.
      if (!this.options.signal.aborted) this.options.log.error("receipts-left", { reason: String(error) });
    } finally {
      this.sending = false;
    }
  }

  private nextBatch(): Queued[] {
    const { batchSize, isMine, onDropped, gasOf, signal } = this.options;
    if (signal.aborted || this.finishing) return [];
    const others = this.queue.filter(({ executed }) => !isMine(executed)).map(({ executed }) => executed);
    if (others.length > 0) {
      this.discard(new Set(others.map(({ task }) => task.taskId)));
      onDropped(others, "not-selected");
    }
    let gas = 0n;
    const end = this.queue.findIndex(({ executed }, index) => {
      gas += gasOf(commitmentOf(executed));
      return index > 0 && (index === batchSize || gas > MAX_BATCH_GAS);
    });
    return this.queue.splice(0, end === -1 ? Math.min(this.queue.length, batchSize) : end);
  }

  private async commit(batch: readonly ExecutedTask[]): Promise<void> {
    const { account, clock, log, signal, onDropped } = this.options;
    let open = batch;
    let reverts = 0;
    for (let attempt = 0; open.length > 0 && !signal.aborted; attempt += 1) {
      const started = clock.now();
      let transaction: EnigmaTransaction;
      try {
        transaction = await account.commitReceipts(open.map(commitmentOf));
      } catch (error) {
        const code = error instanceof EnigmaError ? error.code : "unexpected";
        log.error("receipts-not-committed", { receipts: open.length, attempt, code, reason: String(error) });
        await pause(clock, backoff(attempt), signal);
        open = await this.stillOpen(open);
        if (TRANSIENT.has(code)) continue;
        if (open.length > 1) {
          for (const each of open) await this.commit([each]);
          return;
        }
        reverts += 1;
        if (reverts < MAX_REVERTS || open.length === 0) continue;
        onDropped(open, "given-up");
        return;
      }
      // A worker that stops has closed its storage: its next start learns from the blocks what this transaction did.
      if (!signal.aborted) await this.committed(open, transaction, clock.now() - started);
      return;
    }
  }

  private async committed(
    batch: readonly ExecutedTask[],
    transaction: EnigmaTransaction,
    milliseconds: number,
  ): Promise<void> {
    const { transactionHash, blockNumber, gasUsed } = transaction;
    const taskIds = batch.map(({ task }) => task.taskId);
    const event = { kind: "receipts-committed", taskIds, transactionHash, blockNumber } as const;
    this.options.observe({ ...event, ethereumGas: gasUsed, milliseconds });
    await this.options.onCommitted(batch, transaction);
  }

  /** Those tasks whose slots still hold their records. The others are settled: their events tell how. */
  private async stillOpen(batch: readonly ExecutedTask[]): Promise<readonly ExecutedTask[]> {
    try {
      const slots = await Promise.all(batch.map(({ task }) => this.options.contract.taskSlot(task.taskId)));
      return batch.filter(({ task }, index) => slots[index] === task.recordHash);
    } catch {
      return batch; // the chain does not answer: the next attempt finds out
    }
  }
}

function commitmentOf({ task, receipt, effects, signature }: ExecutedTask): Commitment {
  return { record: task.record, receipt, effects, signature };
}
