/** A whole network in the test's own process, used as an author of contracts would. */
import { describe, expect } from "vitest";
import { type NetworkBed, networkTest, type UntypedTestContract } from "../../../host/testing/index.ts";

interface Contracts {
  readonly counter: UntypedTestContract;
  readonly probe: UntypedTestContract;
}

const deployed = (contract: unknown): UntypedTestContract => contract as UntypedTestContract;

const test = networkTest(
  async (network): Promise<Contracts> => ({
    counter: deployed(await network.deploy("counter", [5n])),
    probe: deployed(await network.deploy("probe", ["0x01", "0x02"])),
  }),
  { epochBlocks: 60 },
);

const increment = ({ counter }: Contracts, by: bigint) => counter.getFunction("increment")(by);
const value = ({ counter }: Contracts) => counter.getFunction("value")();

test("calls are tasks of the network, with what their user and what an observer see", async ({ contracts }) => {
  const { result } = await increment(contracts, 2n).outcome;
  expect(result).toMatchObject({ status: "committed", ending: { name: "returned" }, error: undefined });
  expect(result.observed).toMatchObject({ status: "committed", stateChanged: true, outputBytes: 104, effects: [] });
  expect(result.observed.deltaBytes).toEqual([104]);
  expect(await value(contracts)).toBe(7n);
});

test("a test finds what the file has prepared, whatever the tests before it did", async ({ contracts }) => {
  expect(await value(contracts)).toBe(5n);
});

test("a call comes out the same in other enclaves, on other machines, with either of V8's compilers", async ({
  contracts,
}) => {
  await expect(increment(contracts, 2n)).toReplayIdentically();
  const failing = contracts.probe.getFunction("divide")(1n, 0n);
  await expect(failing).toReplayIdentically();
  await expect(expect(value(contracts)).toReplayIdentically()).rejects.toThrow(TypeError);
});

test("what a contract logs for its author is in the result of the call", async ({ contracts }) => {
  const { result } = await contracts.probe.getFunction("log")("a line for the author").outcome;
  expect(result.logs).toEqual(["a line for the author"]);
});

test("a call can be traced behind others: host calls, functions, arguments, with the gas that it had", async ({
  contracts,
}) => {
  await increment(contracts, 1n);
  const call = increment(contracts, 2n);
  await increment(contracts, 3n);
  const trace = await call.trace();
  expect(trace.gasUsed).toBe((await call.outcome).result.gasUsed);
  expect(trace.root).toMatchObject({
    name: "counter",
    function: "increment(uint64)",
    args: [{ name: "by", value: 2n }],
  });
  expect(String(trace)).toMatch(/storage/);
  expect(await (await call.outcome).result.changedState()).toBe(true);
});

test("a call that fails rejects with its error and how it ran", async ({ network, contracts }) => {
  const { bob } = network.accounts;
  const failing = contracts.counter.getFunction("reset")(0n, { from: bob });
  await expect(failing).rejects.toMatchObject({ code: "contract-reverted", result: { error: { name: "NotOwner" } } });
  await expect(failing).rejects.toMatchObject({ trace: expect.stringMatching(/reset\(uint64\)|reset/) });
});

describe("snapshots", () => {
  test("the same calls have the same bytes after each return", async ({ network, contracts }) => {
    const start = await network.snapshot();
    const heads = [];
    for (let round = 0; round < 3; round += 1) {
      expect(await value(contracts)).toBe(5n);
      await increment(contracts, 3n);
      await increment(contracts, 4n);
      expect(await value(contracts)).toBe(12n);
      heads.push((await network.test.local.view.head()).hash);
      await network.revert(start);
    }
    expect(new Set(heads).size).toBe(1);
  });

  test("an older one is gone back to over a newer one, which is gone then", async ({ network, contracts }) => {
    const older = await network.snapshot();
    await increment(contracts, 1n);
    const newer = await network.snapshot();
    await increment(contracts, 1n);
    await network.revert(newer);
    expect(await value(contracts)).toBe(6n);
    await network.revert(newer);
    await network.revert(older);
    expect(await value(contracts)).toBe(5n);
    await expect(network.revert(newer)).rejects.toMatchObject({ code: "snapshot-gone" });
    await expect(network.revert({ bed: {} })).rejects.toMatchObject({ code: "snapshot-unknown" });
  });

  test("contracts deployed after it are gone, and can be deployed again", async ({ network }) => {
    const start = await network.snapshot();
    const deploy = async () => deployed(await network.deploy("counter", [1n]));
    const [first, second] = [await deploy(), await network.revert(start).then(deploy)];
    expect(second.address).toBe(first.address);
    expect(await second.getFunction("value")()).toBe(1n);
    await network.revert(start);
    await expect(network.contractAt("counter", first.address)).rejects.toMatchObject({ code: "contract-not-deployed" });
  });

  test("epochs go back, too, over several of them", async ({ network, contracts }) => {
    const start = await network.snapshot();
    const before = await network.test.local.view.contract.currentEpoch();
    const numbers = [];
    for (let round = 0; round < 2; round += 1) {
      for (let turn = 0; turn < 3; turn += 1) numbers.push(await network.advanceEpoch());
      await increment(contracts, 1n);
      await network.deploy("counter", [1n]);
      await network.revert(start);
      expect((await network.test.local.view.contract.currentEpoch()).number).toBe(before.number);
      await increment(contracts, 1n);
      await network.deploy("counter", [1n]);
      expect(await value(contracts)).toBe(6n);
      await network.revert(start);
    }
    const next = [1n, 2n, 3n].map((turns) => before.number + turns);
    expect(numbers).toEqual([...next, ...next]);
  });

  test("all accounts go on", async ({ network, contracts }) => {
    const start = await network.snapshot();
    const { alice, bob, carol } = network.accounts;
    for (let round = 0; round < 2; round += 1) {
      const calls = [alice, bob, carol].map((from) => contracts.counter.connect(from).getFunction("increment")(1n));
      await Promise.all(calls);
      expect(await value(contracts)).toBe(8n);
      await network.revert(start);
    }
  });
});

describe("controls", () => {
  const blockTime = async (network: NetworkBed) => (await network.test.local.view.head()).timestamp;

  test("time moves on by what the test says, and goes back with a snapshot", async ({ network }) => {
    const start = await network.snapshot();
    const now = await network.time.now();
    await network.time.increase(3_600);
    await network.time.increase(400n);
    const waiting = await network.snapshot();
    await network.mine();
    expect(await blockTime(network)).toBe(now + 4_000n);
    await network.mine();
    expect(await network.time.now()).toBe(now + 4_001n);
    await network.revert(waiting);
    await network.mine();
    expect(await blockTime(network)).toBe(now + 4_000n);
    await network.revert(start);
    await network.time.setNext(now + 50n);
    await network.mine();
    expect(await blockTime(network)).toBe(now + 50n);
    await expect(network.time.setNext(now + 50n)).rejects.toMatchObject({ code: "time-not-later" });
  });

  test("an address without a key calls by impersonation, on Ethereum and in secret contracts", async ({
    network,
    contracts,
  }) => {
    const whale = network.impersonate("0x00000000000000000000000000000000deadbeef");
    const refused = contracts.counter.getFunction("reset")(1n, { from: whale });
    await expect(refused).rejects.toMatchObject({
      result: { error: { name: "NotOwner", args: [expect.stringMatching(new RegExp(whale.address, "i"))] } },
    });
    const { bob } = network.accounts;
    const before = await network.provider.getBalance(bob.address);
    await (await whale.signer.sendTransaction({ to: bob.address, value: 5n })).wait();
    expect(await network.provider.getBalance(bob.address)).toBe(before + 5n);
    await expect(contracts.counter.getFunction("value")({ from: whale })).rejects.toMatchObject({
      code: "account-without-key",
    });
  });

  test("calls offer the gas price that the test sets", async ({ network, contracts }) => {
    const { contract } = network.test.local.view;
    const { address } = network.accounts.alice;
    const spent = async (): Promise<bigint> => {
      const before = await contract.balance(address);
      const { gasUsed } = (await increment(contracts, 1n).outcome).result;
      return (before - (await contract.balance(address))) / gasUsed;
    };
    await network.setGasPrice(7n);
    expect(await spent()).toBe(7n);
    await network.setGasPrice(9n);
    expect(await spent()).toBe(9n);
  });
});
