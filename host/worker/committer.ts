/**
 * Takes executed tasks to Ethereum: one transaction at a time, with all receipts that have gathered meanwhile, so that a
 * batch is as large as the load makes it and a single task waits for nothing.
 *
 * A transaction whose fate is unknown is not simply repeated: the slots of its tasks say which of them are still open.
 */

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
  /** Takes a transaction that is in a block, with the tasks whose receipts it carried. */
  readonly onCommitted: (batch: readonly ExecutedTask[], transaction: EnigmaTransaction) => Promise<void>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly observe: Observe;
  readonly signal: AbortSignal;
}

interface Queued {
  readonly executed: ExecutedTask;
  /** Resolves when the receipt is stored: it is not sent before. */
  readonly written: Promise<void>;
}

export class Committer {
  private readonly options: CommitterOptions;
  private queue: Queued[] = [];
  private sending = false;

  constructor(options: CommitterOptions) {
    this.options = options;
  }

  add(executed: readonly ExecutedTask[], written: Promise<void>): void {
    this.queue.push(...executed.map((each) => ({ executed: each, written })));
    if (!this.sending) void this.run();
  }

  /** Forgets receipts that are not sent yet and no longer count. */
  discard(taskIds: ReadonlySet<Hash>): void {
    this.queue = this.queue.filter(({ executed }) => !taskIds.has(executed.task.taskId));
  }

  private async run(): Promise<void> {
    this.sending = true;
    try {
      while (this.queue.length > 0 && !this.options.signal.aborted) {
        const batch = this.queue.splice(0, this.options.batchSize);
        await Promise.all(batch.map(({ written }) => written));
        await this.commit(batch.map(({ executed }) => executed));
      }
    } finally {
      this.sending = false;
    }
  }

  private async commit(batch: readonly ExecutedTask[]): Promise<void> {
    const { account, clock, log, signal, observe, onCommitted } = this.options;
    let open = batch;
    for (let attempt = 0; open.length > 0 && !signal.aborted; attempt += 1) {
      const started = clock.now();
      let transaction: EnigmaTransaction;
      try {
        const commitments = open.map(({ task, receipt, signature }) => ({ record: task.record, receipt, signature }));
        transaction = await account.commitReceipts(commitments);
      } catch (error) {
        const code = error instanceof EnigmaError ? error.code : "unexpected";
        log.error("receipts-not-committed", { receipts: open.length, attempt, code, reason: String(error) });
        await pause(clock, backoff(attempt), signal);
        open = await this.stillOpen(open);
        continue;
      }
      // A worker that stops has closed its storage: its next start learns from the blocks what this transaction did.
      if (signal.aborted) return;
      const { transactionHash, blockNumber, gasUsed } = transaction;
      const taskIds = open.map(({ task }) => task.taskId);
      const milliseconds = clock.now() - started;
      observe({
        kind: "receipts-committed",
        taskIds,
        transactionHash,
        blockNumber,
        ethereumGas: gasUsed,
        milliseconds,
      });
      await onCommitted(open, transaction);
      return;
    }
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
