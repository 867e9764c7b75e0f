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
  const epoch = { number: 2n, seed: h(1), firstBlock: 0n };
  const events = names.map((name) => ({ name, ...epoch })) as unknown as ChainBlock["events"];
  return { kind: "block", number, hash: h(Number(number)), parentHash: h(0), timestamp: number, events };
}

/** Answers of the contract that opening takes: two epochs, and their workers. */
const OPENING = 4;

/** A chain of these steps, with epochs 1 and then 2, whose contract refuses to answer `failures` times once it is open. */
function viewOf(steps: readonly ChainStep[], failures: number): ChainView {
  let asked = 0;
  const answer = <T>(value: T): T => {
    asked += 1;
    if (asked > OPENING && asked <= OPENING + failures) throw new EnigmaError("chain-unreachable");
    return value;
  };
  const epoch = async () => answer({ number: asked < OPENING ? 1n : 2n, seed: h(1), firstBlock: 0n });
  return {
    domain: { chainId: 1n, enigma: a(1) },
    head: async () => ({ number: 0n, timestamp: 0n }),
    header: async (number: bigint) => block(number),
    contract: { latestEpoch: epoch, currentEpoch: epoch, epochWorkers: async () => answer([]) },
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

test("a worker that is epochs behind the chain knows at each block which epoch ruled then", async () => {
  const epochs = [10n, 20n, 30n, 40n].map((firstBlock, index) => ({
    number: BigInt(index + 1),
    seed: h(index),
    firstBlock,
  }));
  const set = (at: bigint, epoch: object) =>
    ({ ...block(at), events: [{ name: "EpochSet", ...epoch }] }) as unknown as ChainBlock;
  let chainIsAt = 0;
  const view = {
    domain: { chainId: 1n, enigma: a(1) },
    head: async () => ({ number: 12n, timestamp: 0n }),
    header: async (number: bigint) => block(number),
    contract: {
      currentEpoch: async () => epochs[chainIsAt],
      latestEpoch: async () => epochs[chainIsAt],
      epochWorkers: async () => [],
    },
    async *follow() {
      yield block(12n);
      chainIsAt = 3;
      yield set(17n, epochs[1] as object);
      yield block(19n);
      yield set(27n, epochs[2] as object);
      yield block(29n);
      yield { kind: "rollback", to: 25n };
      yield set(26n, epochs[2] as object);
      yield block(31n);
      yield set(36n, epochs[3] as object);
      yield block(45n);
    },
  } as unknown as ChainView;
  const state = new ChainState(view, clock, stored);
  await state.open({ number: 11n, hash: h(1) });
  const rulers: [bigint, bigint | undefined][] = [];
  const onBlock = ({ number }: ChainBlock) => rulers.push([number, state.currentEpoch?.number]);
  await state.run(undefined, { ...nothing, onBlock }, new AbortController().signal);
  expect(rulers).toEqual([
    [12n, 1n],
    [17n, 1n],
    [19n, 2n],
    [27n, 2n],
    [29n, 3n],
    [26n, 2n],
    [31n, 3n],
    [36n, 3n],
    [45n, 4n],
  ]);
});

test("what an own transaction told is undone when another block stands in its block's place, though that was never followed", async () => {
  const returns: bigint[] = [];
  const listener = { ...nothing, onRollback: async (to: bigint) => void returns.push(to) };
  const state = new ChainState(viewOf([block(1n), block(2n), block(3n)], 0), clock, stored);
  await state.open(undefined);
  state.expect({ blockNumber: 1n, blockHash: h(1) });
  state.expect({ blockNumber: 2n, blockHash: h(77) });
  await state.run(undefined, listener, new AbortController().signal);
  expect(returns).toEqual([1n]);
  expect(state.blockNumber).toBe(3n);
  expect(state.wentBackBelow(2n)).toBe(true);
});

test("after the chain went back, time is that of the block where it stands", async () => {
  const state = new ChainState(viewOf([block(8n), { kind: "rollback", to: 5n }], 0), clock, stored);
  await state.open(undefined);
  await state.run(undefined, nothing, new AbortController().signal);
  expect([state.timestamp, state.position]).toEqual([5n, { number: 5n }]);
});
