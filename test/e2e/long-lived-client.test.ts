/** What users of the first Enigma network met when they used it for more than a few minutes, or for several things at once. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Enigma, UntypedSecretContract } from "../../host/client/index.ts";
import { toHex } from "../../host/protocol/hex.ts";
import type { GossipListener } from "../../host/testing/gossip-listener.ts";
import { startTestNetwork, type TestNetwork } from "../../host/testing/test-network.ts";

let network: TestNetwork;
let gossip: GossipListener;
let user: Enigma;
let probe: UntypedSecretContract;
let runs = 0n;

beforeAll(async () => {
  network = await startTestNetwork({ settings: { epochBlocks: 50, taskTimeoutBlocks: 5_000 } });
  gossip = await network.listenToGossip();
  user = await network.user(1);
  probe = await network.deploy(user, "probe", ["0x01", "0x02"]);
});
afterAll(() => network?.stop());

async function countRun(): Promise<void> {
  runs += 1n;
  expect((await (await probe.getFunction("countRun")()).wait()).result).toBe(runs);
}

describe("one user", () => {
  it("deploys and calls many things at once", async () => {
    const deploying = Array.from({ length: 4 }, () => network.deploy(user, "millionaires"));
    const calling = Array.from({ length: 8 }, () => probe.getFunction("countRun")());
    const contracts = await Promise.all(deploying);
    const receipts = await Promise.all((await Promise.all(calling)).map((task) => task.wait()));
    expect(new Set(contracts.map(({ address }) => address)).size).toBe(4);
    expect(new Set(receipts.map(({ result }) => result)).size).toBe(8);
    runs += 8n;
  });

  it("uses a fresh key for every task", async () => {
    await countRun();
    const keys = gossip.tasks.map(({ userKey }) => toHex(userKey));
    expect(keys.length).toBeGreaterThan(12);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it("goes on with the same client through many epochs, and long pauses", async () => {
    for (let epoch = 0; epoch < 6; epoch += 1) {
      await network.advanceEpoch();
      await countRun();
    }
    for (let epoch = 0; epoch < 3; epoch += 1) await network.advanceEpoch();
    await network.mine(120);
    await countRun();
  });

  it("is told that there is no contract where there is none, and pays nothing", async () => {
    const before = await user.balance();
    const nobody = user.contract(`0x${"ab".repeat(20)}`, probe.interface);
    await expect(nobody.getFunction("countRun")()).rejects.toMatchObject({ code: "contract-not-deployed" });
    expect(await user.balance()).toBe(before);
  });
});

describe("a network whose epoch has turned", () => {
  it("gives its keys to the worker that is selected, also when the enclave has just started", async () => {
    await network.advanceEpoch();
    await network.local.killEnclave(await network.selected(probe.address));
    await countRun();
  });

  it("does so when the turn comes while tasks arrive and the next worker's enclave is gone", async () => {
    const serving = await network.selected(probe.address);
    const tasks = Array.from({ length: 4 }, () => probe.getFunction("countRun")());
    await network.local.killEnclave(1 - serving);
    await network.advanceEpoch();
    const receipts = await Promise.all((await Promise.all(tasks)).map((task) => task.wait()));
    runs += 4n;
    expect(
      receipts
        .map(({ result }) => result)
        .toSorted((a, b) => Number(a) - Number(b))
        .at(-1),
    ).toBe(runs);
  });

  it("goes on with a principal that starts when contracts are deployed, and sets further epochs", async () => {
    await network.local.restartPrincipal();
    await countRun();
    const { number } = await network.local.view.contract.currentEpoch();
    expect(await network.advanceEpoch()).toBe(number + 1n);
    await countRun();
  });

  it("takes a change of state that comes twice only once", async () => {
    await gossip.repeat();
    await countRun();
    const selected = await network.selected(probe.address);
    // Each reads its own blocks again, and hears the results of its peers again.
    await network.restartWorker(selected);
    await network.restartWorker(1 - selected);
    const again = await network.user(2, selected);
    const same = await network.contract(again, "probe", probe.address);
    runs += 1n;
    expect((await (await same.getFunction("countRun")()).wait()).result).toBe(runs);
    expect([...(await network.settlements()).values()].every((times) => times === 1)).toBe(true);
  });
});
