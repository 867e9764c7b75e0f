/** A whole network in the test's own process, used as an author of contracts would. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createNetwork, type NetworkBed, type UntypedTestContract } from "../../../host/testing/index.ts";

let network: NetworkBed;
let counter: UntypedTestContract;

beforeAll(async () => {
  network = await createNetwork();
  const { alice } = network.accounts;
  counter = (await network.deploy("counter", [5n], { from: alice })) as unknown as UntypedTestContract;
});
afterAll(() => network?.close());

const method = (name: string) => counter.getFunction(name);

test("calls are tasks of the network, with what their user and what an observer see", async () => {
  const { bob } = network.accounts;
  const called = method("increment")(2n, { from: bob });
  const { result } = await called.outcome;
  expect(result).toMatchObject({ status: "committed", ending: { name: "returned" }, error: undefined });
  expect(await method("value")()).toBe(7n);
  expect(result.observed).toMatchObject({ status: "committed", stateChanged: true, outputBytes: 104 });
  expect(result.observed.deltaBytes).toEqual([expect.any(Number)]);
});

describe("snapshots", () => {
  test("a network goes back to one again and again, and the same calls have the same bytes", async () => {
    const before = await network.snapshot();
    const seen = [];
    for (let round = 0; round < 3; round += 1) {
      expect(await method("value")()).toBe(7n);
      await method("increment")(3n);
      expect(await method("value")()).toBe(10n);
      const head = await network.test.local.view.head();
      seen.push([head.number, head.hash, await network.time.now()]);
      await network.revert(before);
    }
    expect(seen[1]).toEqual(seen[0]);
    expect(seen[2]).toEqual(seen[0]);
    expect(await method("value")()).toBe(7n);
  });
});
