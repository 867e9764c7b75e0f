import { afterEach, describe, expect, it } from "vitest";
import { startTestNetwork, type TestNetwork } from "../../host/testing/test-network.ts";

let network: TestNetwork | undefined;
afterEach(() => network?.stop());

describe("a network", () => {
  it.each([1, 2, 9])("of %d workers starts, knows all of them, and runs tasks", async (workers) => {
    network = await startTestNetwork({ workers });
    const { contract } = network.local.view;
    const members = await contract.epochWorkers(1n);
    expect(members.map(({ address }) => address).toSorted()).toEqual(
      network.local.workers.map(({ address }) => address).toSorted(),
    );
    await expect
      .poll(() => network?.local.workers.map((worker) => worker.info().peers))
      .toEqual(Array.from({ length: workers }, () => workers - 1));
    const user = await network.user(1, workers - 1);
    const probe = await network.deploy(user, "probe", ["0x01", "0x02"]);
    expect((await (await probe.getFunction("countRun")()).wait()).result).toBe(1n);
  });

  it("spreads its contracts over its workers, each on the one that the epoch's seed selects", async () => {
    network = await startTestNetwork({ workers: 3 });
    const user = await network.user(1);
    const chosen = new Set<number>();
    // With even odds, 40 contracts miss one of three workers once in three million runs.
    for (let count = 0; count < 40 && chosen.size < 3; count += 1) {
      const deployment = await network.deploy(user, "millionaires");
      const selected = await network.selected(deployment.address);
      const { worker } = await (await deployment.getFunction("count")()).wait();
      expect(worker).toBe(network.worker(selected).address);
      chosen.add(selected);
    }
    expect(chosen.size).toBe(3);
  });
});
