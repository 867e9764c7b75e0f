/** Contracts that pass from worker to worker as epochs turn: one writer at a time, nothing lost, nothing done twice. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Enigma, Task, UntypedSecretContract } from "../../host/client/index.ts";
import type { Hash } from "../../host/protocol/hex.ts";
import { startTestNetwork, type TestNetwork } from "../../host/testing/test-network.ts";
import { announceEpoch, approachTurn } from "./epoch-turn.ts";

const WORKERS = 3;
const ATTEMPTS = 12;

let network: TestNetwork;
let user: Enigma;
let probe: UntypedSecretContract;
let runs = 0n;

beforeAll(async () => {
  network = await startTestNetwork({ workers: WORKERS, settings: { epochBlocks: 50, taskTimeoutBlocks: 2_000 } });
  user = await network.user(1);
  probe = await network.deploy(user, "probe", ["0x01", "0x02"]);
});
afterAll(() => network?.stop());

const countRun = () => probe.getFunction("countRun")();
const results = async (tasks: readonly Task<unknown>[]) => Promise.all(tasks.map((task) => task.wait()));
const numbers = (from: bigint, count: number) => Array.from({ length: count }, (_, index) => from + BigInt(index));
const inOrder = (values: readonly unknown[]) => (values as bigint[]).toSorted((a, b) => Number(a - b));

describe("a contract that is handed over", () => {
  it("goes on from its exact state at every worker, with all that it remembers", async () => {
    const lines: string[] = [];
    let tip = await network.local.view.contract.tip(probe.address);
    for (const index of [0, 1, 2, 0]) {
      const epoch = await network.advanceEpochTo(probe.address, index);
      for (const number of [1, 2]) {
        lines.push(`line ${number} of epoch ${epoch}`);
        const receipt = await (await probe.getFunction("writeLine")(lines.at(-1))).wait();
        expect(receipt).toMatchObject({ result: BigInt(lines.length), epoch, worker: network.worker(index).address });
        expect(receipt.moves.map(({ stateBefore }) => stateBefore)).toEqual([tip]);
        tip = receipt.moves[0]?.stateAfter as Hash;
      }
    }
    expect(await network.local.view.contract.tip(probe.address)).toBe(tip);
    expect(await probe.getView("pageOf")(user.account)).toEqual(lines);
    expect(await probe.getView("get")("0x01")).toEqual([true, "0x02"]);
  });

  it("is loaded ahead of the turn", async () => {
    const { number } = await announceEpoch(network);
    const next = network.worker(await network.selectedIn(probe.address, number)).address;
    const isReady = () =>
      network.events.of("hand-over-prepared").some(({ node, epoch }) => node === next && epoch === number);
    const served = network.worker(await network.selected(probe.address)).address;
    if (served !== next) await expect.poll(isReady).toBe(true);
    await network.advanceEpoch();
    await (await countRun()).wait();
    runs += 1n;
  });
});

describe("tasks at an epoch's turn", () => {
  it("are executed once each, by the one worker or the other", async () => {
    const serving = await network.selected(probe.address);
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const epoch = await announceEpoch(network);
      await approachTurn(network, epoch, 6n);
      const ordering = Array.from({ length: 8 }, countRun);
      await network.advanceEpoch();
      const receipts = await results(await Promise.all(ordering));
      expect(inOrder(receipts.map(({ result }) => result))).toEqual(numbers(runs + 1n, 8));
      runs += 8n;
      const settlements = await network.settlements();
      expect(receipts.map(({ taskId }) => settlements.get(taskId))).toEqual(receipts.map(() => 1));
      if ((await network.selected(probe.address)) !== serving) return;
    }
    throw new Error("the contract stayed with its worker");
  });
});

describe("a worker that goes away in its epoch", () => {
  it("leaves its open tasks to the next, also those that it had begun", async () => {
    const serving = await network.selected(probe.address);
    const other = await network.user(2, (serving + 1) % WORKERS);
    const contract = await network.contract(other, "probe", probe.address);
    const ordering = Array.from({ length: 10 }, () => contract.getFunction("countRun")());
    await ordering[0];
    await network.stopWorker(serving);
    const tasks = await Promise.all(ordering);
    while ((await network.selected(probe.address)) === serving) await network.advanceEpoch();
    const settled = async () => {
      const settlements = await network.settlements();
      return tasks.filter(({ id }) => settlements.get(id) === 1).length;
    };
    await expect.poll(settled, { timeout: 20_000 }).toBe(tasks.length);
    // Receipts that it committed as it left: their outputs come when it is back.
    await network.restartWorker(serving);
    expect(inOrder((await results(tasks)).map(({ result }) => result))).toEqual(numbers(runs + 1n, 10));
    runs += 10n;
    await network.advanceEpochTo(probe.address, serving);
    expect((await (await contract.getFunction("countRun")()).wait()).result).toBe(runs + 1n);
  });
});

it("every task was settled once, and every unit of ENG is somebody's", async () => {
  expect([...(await network.settlements()).values()].filter((times) => times !== 1)).toEqual([]);
  const { held, owed } = await network.funds();
  expect(owed).toBe(held);
});
