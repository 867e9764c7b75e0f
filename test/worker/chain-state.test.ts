/** What a worker learns from the chain, from blocks and answers that the test makes up. */
import { expect, test } from "vitest";
import type { ChainBlock, ChainStep, ChainView } from "../../host/ethereum/chain-view.ts";
import type { Clock } from "../../host/protocol/clock.ts";
import { EnigmaError } from "../../host/protocol/errors/enigma-error.ts";
import { ChainState, type StoredFacts } from "../../host/worker/chain-state.ts";
import { a, h } from "../rpc/fake-worker.ts";

/** A clock on which every wait is over at once. */
const clock: Clock = {
  now: () => 0,
  after: (_, action) => {
    setImmediate(action);
    return () => {};
  },
};

function block(number: bigint, ...names: string[]): ChainBlock {
  const events = names.map((name) => ({ name })) as unknown as ChainBlock["events"];
  return { kind: "block", number, hash: h(Number(number)), parentHash: h(0), timestamp: number, events };
}

/** A chain of these steps whose contract refuses to answer `failures` times, from the second answer on. */
function viewOf(steps: readonly ChainStep[], failures: number): ChainView {
  let answers = 0;
  const epoch = async () => {
    answers += 1;
    if (answers > 1 && answers <= 1 + failures) throw new EnigmaError("chain-unreachable");
    return { number: answers === 1 ? 1n : 2n, seed: h(1), firstBlock: 0n };
  };
  return {
    domain: { chainId: 1n, enigma: a(1) },
    head: async () => ({ number: 0n, timestamp: 0n }),
    contract: { latestEpoch: epoch, currentEpoch: async () => ({ number: 0n }), epochWorkers: async () => [] },
    async *follow() {
      yield* steps;
    },
  } as unknown as ChainView;
}

const stored = { contracts: { removeAbove: async () => [] } } as unknown as StoredFacts;
const nothing = { onEvent: () => {}, onBlock: () => {}, onEpoch: () => {}, onRollback: async () => {} };

test.each([
  ["a new epoch", [block(1n, "EpochSet"), block(2n)]],
  ["a rollback", [{ kind: "rollback", to: 0n }, block(1n), block(2n)] satisfies ChainStep[]],
])("a chain that does not answer for a while when %s is to be read is followed further", async (_, steps) => {
  const state = new ChainState(viewOf(steps, 3), clock, stored);
  await state.open(undefined);
  expect(state.currentEpoch?.number).toBe(1n);
  await state.run(undefined, nothing, new AbortController().signal);
  expect(state.currentEpoch?.number).toBe(2n);
  expect(state.blockNumber).toBe(2n);
});

test("the following ends when the worker stops while the chain does not answer", async () => {
  const stopping = new AbortController();
  const state = new ChainState(viewOf([block(1n, "EpochSet")], Number.POSITIVE_INFINITY), clock, stored);
  await state.open(undefined);
  const following = state.run(undefined, nothing, stopping.signal);
  stopping.abort();
  await expect(following).rejects.toMatchObject({ code: "chain-unreachable" });
});

test("blocks to which the chain went back stay, and those above may be gone", async () => {
  const state = new ChainState(viewOf([block(4n), { kind: "rollback", to: 2n }, block(3n)], 0), clock, stored);
  await state.open(undefined);
  expect(state.wentBackBelow(3n)).toBe(false);
  await state.run(undefined, nothing, new AbortController().signal);
  expect([2n, 3n, 5n].map((number) => state.wentBackBelow(number))).toEqual([false, true, true]);
});
