/** How receipts reach Ethereum, on a chain that answers when the test lets it. */
import { expect, test } from "vitest";
import { systemClock } from "../../host/protocol/clock.ts";
import { silentLogger } from "../../host/protocol/logger.ts";
import { Committer, type CommitterOptions } from "../../host/worker/committer.ts";
import type { ExecutedTask } from "../../host/worker/lane.ts";
import { h, sent } from "../rpc/fake-worker.ts";

const executed = { task: { taskId: h(1), record: sent.record } } as unknown as ExecutedTask;
const transaction = { transactionHash: h(2), blockNumber: 1n, gasUsed: 1n, events: [] };
type Committed = Awaited<ReturnType<CommitterOptions["account"]["commitReceipts"]>>;

/** Commits one receipt; `meanwhile` happens before its transaction is answered. */
async function commitOne(meanwhile: (stopping: AbortController) => void): Promise<number> {
  const stopping = new AbortController();
  const sending = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<Committed>();
  let taken = 0;
  const committer = new Committer({
    account: {
      commitReceipts: () => {
        sending.resolve();
        return answer.promise;
      },
    },
    contract: { taskSlot: async () => h(0) },
    batchSize: 1,
    onCommitted: async () => {
      taken += 1;
    },
    clock: systemClock,
    log: silentLogger,
    observe: () => {},
    signal: stopping.signal,
  });
  committer.add([executed], Promise.resolve());
  await sending.promise;
  meanwhile(stopping);
  answer.resolve(transaction as unknown as Committed);
  await new Promise(setImmediate);
  return taken;
}

test("a transaction of receipts is taken in when it is in a block", async () => {
  expect(await commitOne(() => {})).toBe(1);
});

test("a transaction that is answered after the worker stopped is left to its next start", async () => {
  expect(await commitOne((stopping) => stopping.abort())).toBe(0);
});
