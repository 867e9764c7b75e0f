/** Joining a contract costs what its state weighs, not how old it is. */
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Enigma, UntypedSecretContract } from "../../host/client/index.ts";
import { startTestNetwork, type TestNetwork } from "../../host/testing/test-network.ts";

const CHANGES = 14;
/** Between two checkpoints there are this many changes at most: together they weigh more than the state and 4,096 bytes. */
const MOST_SINCE = 4;

let network: TestNetwork;
let user: Enigma;
let probe: UntypedSecretContract;
let serving: number;

const value = (change: number) => `0x${change.toString(16).padStart(2, "0").repeat(3_000)}`;

beforeAll(async () => {
  network = await startTestNetwork({ settings: { epochBlocks: 50, taskTimeoutBlocks: 2_000 } });
  user = await network.user(1);
  probe = await network.deploy(user, "probe", ["0x01", "0x02"]);
  serving = await network.selected(probe.address);
});
afterAll(() => network?.stop());

it("a worker that was away while a contract changed many times loads its last checkpoint and what came after", async () => {
  const joining = 1 - serving;
  const own = await network.contract(await network.user(2, serving), "probe", probe.address);
  await network.stopWorker(joining);
  for (let change = 1; change <= CHANGES; change += 1) {
    await (await own.getFunction("set")("0xaa", value(change))).wait();
  }
  await network.restartWorker(joining);
  const { address } = network.worker(joining);
  const before = network.events.all.length;
  await network.advanceEpochTo(probe.address, joining);
  const { worker, result } = await (await own.getFunction("countRun")()).wait();
  expect([worker, result]).toEqual([address, 1n]);
  expect(await own.getView("get")("0xaa")).toEqual([true, value(CHANGES)]);
  expect(await own.getView("get")("0x01")).toEqual([true, "0x02"]);
  // Every epoch on the way there may have loaded ahead for it once.
  const loads = network.events.all
    .slice(before)
    .filter((event) => event.node === address && "entries" in event && event.entries > 0);
  expect(loads.length).toBeGreaterThan(0);
  for (const load of loads) expect("entries" in load && load.entries).toBeLessThanOrEqual(MOST_SINCE + 1);
});

it("a worker whose enclave forgot everything loads no more than that either", async () => {
  const selected = await network.selected(probe.address);
  const { address } = network.worker(selected);
  const started = network.events.next("enclave-started", ({ node }) => node === address);
  await network.local.killEnclave(selected);
  await started;
  expect((await (await probe.getFunction("countRun")()).wait()).result).toBe(2n);
  expect(await probe.getView("get")("0xaa")).toEqual([true, value(CHANGES)]);
});
