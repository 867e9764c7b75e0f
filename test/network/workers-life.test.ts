/** Workers that come and go on a running network. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Enigma, UntypedSecretContract } from "../../host/client/index.ts";
import { STAKE } from "../../host/network/deploy-network.ts";
import { startTestNetwork, type TestNetwork } from "../../host/testing/test-network.ts";

const SETTINGS = { epochBlocks: 60, epochGraceBlocks: 10, taskTimeoutBlocks: 200, evidenceBlocks: 40 };
/** Contracts that all have to find a worker: with even odds, eight seldom have the same one. */
const CONTRACTS = 8;

let network: TestNetwork;
let user: Enigma;
const contracts: UntypedSecretContract[] = [];
let calls = 0n;

beforeAll(async () => {
  network = await startTestNetwork({ workers: 3, settings: SETTINGS });
  user = await network.user(1);
  for (let number = 0; number < CONTRACTS; number += 1) {
    contracts.push(await network.deploy(user, "probe", ["0x01", "0x02"]));
  }
});
afterAll(() => network?.stop());

/** Has every contract count on, and tells which workers did that. */
async function countOn(): Promise<Set<string>> {
  calls += 1n;
  const tasks = await Promise.all(contracts.map((contract) => contract.getFunction("countRun")()));
  const receipts = await Promise.all(tasks.map((task) => task.wait()));
  expect(receipts.map(({ result }) => result)).toEqual(contracts.map(() => calls));
  return new Set(receipts.map(({ worker }) => String(worker)));
}

const stakeOf = async (index: number) =>
  (await network.local.view.contract.worker(network.worker(index).address)).stake;
const membersNow = async () => {
  const { contract } = network.local.view;
  const { number } = await contract.currentEpoch();
  return (await contract.epochWorkers(number)).map(({ address }) => address);
};

describe("a worker that leaves a running network", () => {
  const leaving = () => network.worker(0);

  it("serves on in the epoch in which it logs out, and is not selected in the next", async () => {
    await network.advanceEpochTo((contracts[0] as UntypedSecretContract).address, 0);
    await leaving().logOut();
    expect(await countOn()).toContain(leaving().address);
    await network.advanceEpoch();
    expect(await membersNow()).not.toContain(leaving().address);
    const workers = await countOn();
    expect(workers).not.toContain(leaving().address);
    expect(workers.size).toBeGreaterThan(0);
  });

  it("stays a gateway", async () => {
    const guest = await network.user(2, 0);
    const contract = await network.contract(guest, "probe", (contracts[0] as UntypedSecretContract).address);
    expect((await (await contract.getFunction("echoBytes")("0x1234")).wait()).result).toBe("0x1234");
  });

  it("takes its stake out only when no task and no evidence of its epochs can count any more", async () => {
    await expect(leaving().withdrawStake(STAKE)).rejects.toMatchObject({ code: "stake-locked" });
    await expect(leaving().unregister()).rejects.toMatchObject({ code: "stake-not-withdrawn" });
    expect(await stakeOf(0)).toBe(STAKE);
    await network.advanceEpoch();
    await network.mine(SETTINGS.taskTimeoutBlocks + SETTINGS.evidenceBlocks);
    await leaving().withdrawStake(STAKE);
    expect(await stakeOf(0)).toBe(0n);
  });

  it("unregisters, while the others' contracts go on", async () => {
    await leaving().unregister();
    expect(await network.local.view.contract.workerAddresses()).not.toContain(leaving().address);
    await network.advanceEpoch();
    expect(await countOn()).not.toContain(leaving().address);
  });

  it("comes back: registers, stakes, logs in, and is selected again", async () => {
    await leaving().register();
    expect(await stakeOf(0)).toBe(STAKE);
    await network.advanceEpoch();
    expect(await membersNow()).toContain(leaving().address);
    await network.advanceEpochTo((contracts[0] as UntypedSecretContract).address, 0);
    expect(await countOn()).toContain(leaving().address);
  });

  it("costs nobody a task or a unit of ENG", async () => {
    expect([...(await network.settlements()).values()].every((times) => times === 1)).toBe(true);
    const { held, owed } = await network.funds();
    expect(owed).toBe(held);
  });
});

describe("a worker that is offline in its epoch", () => {
  it("leaves its tasks to the worker of the next epoch", async () => {
    const contract = contracts[0] as UntypedSecretContract;
    const selected = await network.selected(contract.address);
    const gateway = (selected + 1) % 3;
    const guest = await network.user(3, gateway);
    const probe = await network.contract(guest, "probe", contract.address);
    await network.stopWorker(selected);
    const task = await probe.getFunction("countRun")();
    while ((await network.selected(contract.address)) === selected) await network.advanceEpoch();
    const { result, worker } = await task.wait();
    expect(result).toBe(calls + 1n);
    expect(worker).not.toBe(network.worker(selected).address);
    await network.restartWorker(selected);
  });
});
