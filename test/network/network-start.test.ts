import { readdir, readFile } from "node:fs/promises";
import { type AddressInfo, createServer, type Server } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { UntypedSecretContract } from "../../host/client/index.ts";
import { LocalNetwork } from "../../host/network/local-network.ts";
import { ANY_PORTS, type NetworkPorts } from "../../host/network/network-ports.ts";
import { networkSummary } from "../../host/network/network-summary.ts";
import { systemClock } from "../../host/protocol/clock.ts";
import { silentLogger } from "../../host/protocol/logger.ts";
import { startTestNetwork, type TestNetwork } from "../../host/testing/test-network.ts";

const OPTIONS = { workers: 1, ports: ANY_PORTS, checkModule: async () => {}, clock: systemClock, log: silentLogger };

describe("a network that is stopped and started again from its folder", () => {
  let network: TestNetwork;
  let before: Awaited<ReturnType<typeof networkSummary>>;
  let millionaires: UntypedSecretContract;

  beforeAll(async () => {
    network = await startTestNetwork();
    const users = await Promise.all([1, 2].map((index) => network.user(index)));
    millionaires = await network.deploy(users[0] as never, "millionaires");
    for (const [index, user] of users.entries()) {
      const contract = await network.contract(user, "millionaires", millionaires.address);
      await (await contract.getFunction("addMillionaire")(BigInt(index) + 10n)).wait();
    }
    before = await networkSummary(network.local);
  });
  afterAll(() => network?.stop());

  it("has the same contracts, epoch, workers and enclaves", async () => {
    await network.restart();
    const { enigma, token, epoch, workers } = await networkSummary(network.local);
    expect({ enigma, token, epoch, workers }).toEqual({
      ...{ enigma: before.enigma, token: before.token, epoch: before.epoch, workers: before.workers },
    });
    expect(network.local.earlierStarts).toBe(1);
  });

  it("has its secret contracts with their state", async () => {
    const user = await network.user(3);
    const contract = await network.contract(user, "millionaires", millionaires.address);
    expect((await (await contract.getFunction("count")()).wait()).result).toBe(2n);
    await (await contract.getFunction("addMillionaire")(5n)).wait();
    const { result } = await (await contract.getFunction("richest")()).wait();
    expect(String(result).toLowerCase()).toBe(network.local.accounts.users[2]?.address);
  });

  it("completes the tasks that were open", async () => {
    const selected = await network.selected(millionaires.address);
    const user = await network.user(4, 1 - selected);
    const contract = await network.contract(user, "millionaires", millionaires.address);
    await network.worker(selected).stop();
    const task = await contract.getFunction("addMillionaire")(7n);
    const settled = network.events.next("task-settled", ({ taskId }) => taskId === task.id);
    await network.restart();
    expect(await settled).toMatchObject({ taskId: task.id, outcome: "committed" });
    expect((await network.settlements()).get(task.id)).toBe(1);
    const again = await network.contract(await network.user(4), "millionaires", millionaires.address);
    expect((await (await again.getFunction("count")()).wait()).result).toBe(4n);
  });
});

describe("a network whose epochs turn", () => {
  let network: TestNetwork;

  beforeAll(async () => {
    network = await startTestNetwork({ epochBlocks: 12 });
  });
  afterAll(() => network?.stop());

  it("hands contracts over with their state, and loses no task", async () => {
    const user = await network.user(1);
    const probe = await network.deploy(user, "probe", ["0x01", "0x02"]);
    const executed = () => new Set(network.events.of("task-executed").map(({ node }) => node));
    let count = 0n;
    // Each epoch's worker is drawn with even odds: many turns leave no contract with one worker alone.
    while (count < 10n || (executed().size < 2 && count < 200n)) {
      const { result } = await (await probe.getFunction("countRun")()).wait();
      count += 1n;
      expect(result).toBe(count);
    }
    expect(executed().size).toBe(2);
    expect([...(await network.settlements()).values()].every((times) => times === 1)).toBe(true);
    const { held, owed } = await network.funds();
    expect(owed).toBe(held);
  });
});

describe("a network that cannot start", () => {
  let taken: Server;
  let port: number;

  beforeAll(async () => {
    taken = createServer();
    await new Promise<void>((listening) => taken.listen(0, "127.0.0.1", listening));
    port = (taken.address() as AddressInfo).port;
  });
  afterAll(() => taken?.close());

  it.each<keyof NetworkPorts>(["chain", "principal", "firstWorker"])(
    "says that the port is in use: %s",
    async (part) => {
      const start = LocalNetwork.start({ ...OPTIONS, ports: { ...ANY_PORTS, [part]: port } });
      await expect(start).rejects.toMatchObject({
        code: "port-in-use",
        message: expect.stringContaining(String(port)),
      });
    },
  );

  it.runIf(process.platform === "linux")("leaves no process behind", async () => {
    const threads = await readdir("/proc/self/task");
    const children = threads.map((thread) => readFile(`/proc/self/task/${thread}/children`, "utf8").catch(() => ""));
    expect((await Promise.all(children)).join("").trim()).toBe("");
  });
});
