/** How receipts reach Ethereum, on a chain that answers when and what the test lets it. */
import { describe, expect, test } from "vitest";
import type { Commitment } from "../../host/ethereum/commitment.ts";
import { systemClock } from "../../host/protocol/clock.ts";
import { EnigmaError } from "../../host/protocol/errors/enigma-error.ts";
import type { Hash } from "../../host/protocol/hex.ts";
import { silentLogger } from "../../host/protocol/logger.ts";
import { Committer, type CommitterOptions } from "../../host/worker/committer.ts";
import type { ExecutedTask } from "../../host/worker/lane.ts";
import { h, sent } from "../rpc/fake-worker.ts";

type Committed = Awaited<ReturnType<CommitterOptions["account"]["commitReceipts"]>>;
const transaction = { transactionHash: h(2), blockNumber: 1n, gasUsed: 1n, events: [] } as unknown as Committed;

function executed(number: number): ExecutedTask {
  const task = { taskId: h(number), recordHash: h(number), record: { ...sent.record, nonce: BigInt(number) } };
  return { task, effects: [] } as unknown as ExecutedTask;
}

/** A committer whose transactions are answered by `send`, with what was sent, committed and dropped. */
class Committing {
  readonly sent: bigint[][] = [];
  readonly taken: Hash[] = [];
  readonly dropped: [Hash, string][] = [];
  readonly mine = new Set<Hash>([1, 2, 3, 4, 5].map(h));
  readonly slots = new Map<Hash, Hash>();
  readonly stopping = new AbortController();
  readonly committer: Committer;

  constructor(
    send: (tasks: readonly bigint[]) => Promise<Committed>,
    gasOf: (commitment: Commitment) => bigint = () => 1n,
  ) {
    this.committer = new Committer({
      account: {
        commitReceipts: (commitments) => {
          const tasks = commitments.map(({ record }) => record.nonce);
          this.sent.push(tasks);
          return send(tasks);
        },
      },
      contract: { taskSlot: async (taskId) => this.slots.get(taskId) ?? taskId },
      batchSize: 3,
      gasOf,
      isMine: ({ task }) => this.mine.has(task.taskId),
      onCommitted: async (batch) => void this.taken.push(...batch.map(({ task }) => task.taskId)),
      onDropped: (dropped, why) => {
        for (const { task } of dropped) this.dropped.push([task.taskId, why]);
      },
      clock: { ...systemClock, after: (_, action) => systemClock.after(0, action) },
      log: silentLogger,
      observe: () => {},
      signal: this.stopping.signal,
    });
  }

  add(...numbers: number[]): void {
    this.committer.add(numbers.map(executed), Promise.resolve());
  }

  /** Resolves when this many transactions were sent and all receipts have an end. */
  async ended(receipts: number): Promise<void> {
    await expect.poll(() => this.taken.length + this.dropped.length, { interval: 1 }).toBe(receipts);
  }
}

async function commits(): Promise<Committed> {
  return transaction;
}

test("a transaction of receipts is taken in when it is in a block", async () => {
  const each = new Committing(commits);
  each.add(1);
  await each.ended(1);
  expect(each.taken).toEqual([h(1)]);
});

test("a transaction that is answered after the worker stopped is left to its next start", async () => {
  const answer = Promise.withResolvers<Committed>();
  const each = new Committing(() => answer.promise);
  each.add(1);
  await expect.poll(() => each.sent.length, { interval: 1 }).toBe(1);
  each.stopping.abort();
  answer.resolve(transaction);
  await new Promise(setImmediate);
  expect(each.taken).toEqual([]);
});

test("a worker that leaves takes in the transaction under way, and sends no other", async () => {
  const answer = Promise.withResolvers<Committed>();
  const each = new Committing(() => answer.promise);
  each.add(1);
  await expect.poll(() => each.sent.length, { interval: 1 }).toBe(1);
  each.add(2);
  const finished = each.committer.finish();
  answer.resolve(transaction);
  await finished;
  expect(each.taken).toEqual([h(1)]);
  expect(each.sent).toEqual([[1n]]);
});

describe("a batch", () => {
  test("has as many receipts as have gathered, up to its size", async () => {
    const each = new Committing(commits);
    each.add(1, 2, 3, 4);
    await each.ended(4);
    expect(each.sent).toEqual([[1n, 2n, 3n], [4n]]);
  });

  test("has no more receipts than a block holds gas for, and never none", async () => {
    const each = new Committing(commits, ({ record }) => (record.nonce === 2n ? 40_000_000n : 10_000_000n));
    each.add(1, 2, 3, 4, 5);
    await each.ended(5);
    expect(each.sent).toEqual([[1n], [2n], [3n, 4n], [5n]]);
  });

  test("leaves out what another worker is selected for by now", async () => {
    const each = new Committing(commits);
    each.mine.delete(h(2));
    each.add(1, 2, 3);
    await each.ended(3);
    expect(each.sent).toEqual([[1n, 3n]]);
    expect(each.dropped).toEqual([[h(2), "not-selected"]]);
  });
});

describe("a transaction that reverts", () => {
  test("is taken apart; the receipt that is to blame is given up, the others are committed", async () => {
    const each = new Committing(async (tasks) => {
      if (tasks.includes(2n)) throw new EnigmaError("transaction-reverted");
      return transaction;
    });
    each.add(1, 2, 3);
    await each.ended(3);
    expect(each.taken).toEqual([h(1), h(3)]);
    expect(each.dropped).toEqual([[h(2), "given-up"]]);
    expect(each.sent).toEqual([[1n, 2n, 3n], [1n], [2n], [2n], [2n], [3n]]);
  });

  test("is not repeated for tasks that have ended meanwhile", async () => {
    const each = new Committing(async (tasks) => {
      if (tasks.length > 1) throw new EnigmaError("transaction-reverted");
      return transaction;
    });
    each.slots.set(h(1), h(77));
    each.add(1, 2);
    await each.ended(1);
    expect(each.sent).toEqual([[1n, 2n], [2n]]);
    expect(each.dropped).toEqual([]);
  });
});

test("a chain that does not answer is asked again, with the same batch", async () => {
  let failures = 4;
  const each = new Committing(async () => {
    failures -= 1;
    if (failures >= 0) throw new EnigmaError("chain-unreachable");
    return transaction;
  });
  each.add(1, 2);
  await each.ended(2);
  expect(each.sent).toEqual(Array.from({ length: 5 }, () => [1n, 2n]));
});
