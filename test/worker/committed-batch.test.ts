/** Receipts of transactions that are taken in after the chain went back, with every other part made up. */
import { expect, test } from "vitest";
import type { EnigmaTransaction } from "../../host/ethereum/enigma-account.ts";
import type { Hash } from "../../host/protocol/hex.ts";
import { silentLogger } from "../../host/protocol/logger.ts";
import { outcomeSlot } from "../../host/protocol/outcome.ts";
import { type CommittedBatchOptions, takeCommittedBatch } from "../../host/worker/committed-batch.ts";
import type { ExecutedTask } from "../../host/worker/lane.ts";
import { h } from "../rpc/fake-worker.ts";

/** What is told to the parts of a worker whose chain went back to block 5, by a transaction in a block. */
async function told(blockNumber: bigint, slot: Hash): Promise<string[]> {
  const said: string[] = [];
  const options = {
    chain: { expect: () => {}, apply: () => said.push("learned"), wentBackBelow: (block: bigint) => block > 5n },
    contract: { taskSlot: async () => slot },
    settler: { settled: async () => void said.push("settled") },
    executor: {
      undo: async () => {
        said.push("undone");
        return new Set();
      },
    },
    committer: { discard: () => {} },
    ...{ pool: { giveUp: () => said.push("given up") }, log: silentLogger, observe: () => {} },
  } as unknown as CommittedBatchOptions;
  const settled = { name: "TaskSettled", taskId: h(1), outcome: 1, receiptHash: h(2), blockNumber };
  const transaction = { blockNumber, events: [settled] } as unknown as EnigmaTransaction;
  await takeCommittedBatch(options, [{ task: { taskId: h(1) } } as unknown as ExecutedTask], transaction);
  return said;
}

test("a settlement in a block that has left the chain is not taken in, so that its task is executed again", async () => {
  expect(await told(6n, h(9))).toEqual([]);
});

test("a settlement that stands after the chain went back is taken in", async () => {
  expect(await told(6n, outcomeSlot(1, h(2)))).toEqual(["learned", "settled"]);
  expect(await told(5n, h(9))).toEqual(["learned", "settled"]);
});
