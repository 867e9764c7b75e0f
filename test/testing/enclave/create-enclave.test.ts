/** Contracts in the test's own process, used as an author of contracts would. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  createEnclave,
  type EmittedEvent,
  type EnclaveBed,
  type UntypedTestContract,
} from "../../../host/testing/index.ts";

let enclave: EnclaveBed;
const logged: string[] = [];
beforeEach(async () => {
  logged.length = 0;
  enclave = await createEnclave({ log: (contract, line) => void logged.push(`${contract}: ${line}`) });
});
afterEach(() => enclave.close());

const deploy = async (name: string, args: readonly unknown[] = [], options = {}): Promise<UntypedTestContract> =>
  (await enclave.deploy(name, args, options)) as unknown as UntypedTestContract;
const call = (contract: UntypedTestContract, name: string, ...args: readonly unknown[]) =>
  contract.getFunction(name)(...args);

describe("a contract", () => {
  test("is deployed, called and viewed by its methods", async () => {
    const counter = await deploy("counter", [5n]);
    const { result } = await call(counter, "increment", 2n).outcome;
    expect(result).toMatchObject({ status: "committed", ending: { name: "returned" }, error: undefined });
    expect(await call(counter, "value")).toBe(7n);
  });

  test("sees who calls: the one named, the one it is connected to, or the first account", async () => {
    const { alice, bob } = enclave.accounts;
    const counter = await deploy("counter", [5n]);
    expect(await call(counter, "value", { from: alice })).toBe(5n);
    await expect(call(counter, "value", { from: bob })).rejects.toMatchObject({ code: "contract-reverted" });
    await expect(call(counter.connect(bob), "reset", 0n)).rejects.toMatchObject({ code: "contract-reverted" });
    const carol = enclave.impersonate(`0x${"cC".repeat(20)}`);
    const messenger = await deploy("messenger");
    const [sender, self] = (await call(messenger, "parties", { from: carol })) as string[];
    expect([sender?.toLowerCase(), self?.toLowerCase()]).toEqual([carol.address, messenger.address]);
  });

  test("is found again at its address, and nothing else is there", async () => {
    const counter = await deploy("counter", [5n]);
    const again = (await enclave.contractAt("counter", counter.address)) as unknown as UntypedTestContract;
    expect(await call(again, "value")).toBe(5n);
    await expect(enclave.contractAt("counter", `0x${"01".repeat(20)}`)).rejects.toMatchObject({
      code: "contract-not-deployed",
    });
  });

  test("whose constructor fails is not there", async () => {
    const failed = enclave.deploy("counter", [5n], { gasLimit: 50_000n });
    await expect(failed).rejects.toMatchObject({ name: "CallFailed", code: "out-of-gas" });
    expect(await call(await deploy("counter", [6n]), "value")).toBe(6n);
  });
});

describe("a failed call", () => {
  test("rejects with the ending's code, its result, and how it ran", async () => {
    const counter = await deploy("counter", [5n]);
    const { bob } = enclave.accounts;
    const failure = await call(counter, "reset", 0n, { from: bob }).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({ name: "CallFailed", code: "contract-reverted", called: "reset(uint64)" });
    expect(failure).toMatchObject({ result: { status: "failed", error: { name: "NotOwner" } } });
    expect((failure as Error).message).toContain("counter.reset(to: 0)");
    expect((failure as Error).message).toContain("[host] storage-get");
  });

  test("changes nothing, has no effects, and costs what it used", async () => {
    const messenger = await deploy("messenger");
    const { result } = await call(messenger, "callAndRevert", messenger.address, "0x").outcome;
    expect(result).toMatchObject({ status: "failed", effects: [], observed: { stateChanged: false, deltaBytes: [] } });
    expect(result.gasUsed).toBeGreaterThan(10_000n);
    expect(await result.changedState()).toBe(false);
  });

  test.each([
    ["arguments that do not fit", "increment", [-1n], "bad-arguments"],
    ["a gas limit of nothing", "increment", [1n, { gasLimit: 0 }], "invalid-params"],
    ["a contract of another group", "increment", [1n, { touches: [`0x${"02".repeat(20)}`] }], "contract-unknown"],
    ["the called contract among the touched", "increment", [1n, { touches: ["self"] }], "touches-invalid"],
  ] as const)("with %s is not executed", async (_, name, args, code) => {
    const counter = await deploy("counter", [5n]);
    const given = args.map((arg) =>
      typeof arg === "object" && "touches" in arg && arg.touches[0] === "self" ? { touches: [counter] } : arg,
    );
    await expect(call(counter, name, ...given)).rejects.toMatchObject({ code });
    expect(await call(counter, "value")).toBe(5n);
  });
});

describe("effects", () => {
  test("are decoded: calls of Ethereum, public events and private ones", async () => {
    const messenger = await deploy("messenger");
    const target = `0x${"ee".repeat(20)}`;
    const effectsOf = async (name: string, ...args: readonly unknown[]) =>
      (await call(messenger, name, ...args).outcome).result.effects;
    expect(await effectsOf("requireCall", target, 3n, "0x1234")).toMatchObject([
      { kind: "call", required: true, source: messenger.address, target, value: 3n },
    ]);
    expect(await effectsOf("emitPing", "hello", 7n)).toMatchObject([{ kind: "event", name: "Ping", private: false }]);
    const [event] = await effectsOf("emitPrivatePing", "hello", 7n);
    expect(event).toMatchObject({ kind: "event", name: "Ping", private: true });
    expect([...(event as EmittedEvent).args].slice(1)).toEqual(["hello", 7n]);
  });

  test("of a private event stand encrypted in what an observer sees", async () => {
    const messenger = await deploy("messenger");
    const { result } = await call(messenger, "emitPrivatePing", "a private word", 7n).outcome;
    const [effect] = result.observed.effects;
    expect(Buffer.from(effect?.data ?? []).includes("a private word")).toBe(false);
  });
});

describe("contracts of a group", () => {
  test("call each other where the call may touch both", async () => {
    const first = await deploy("messenger");
    const second = await deploy("messenger", [], { group: first });
    const { result } = await call(first, "countRunOf", second.address, { touches: [second] }).outcome;
    expect(result.value).toBe(1n);
    expect(result.observed.deltaBytes.length).toBe(2);
    expect(await call(second, "runs")).toBe(1n);
  });

  test("are left alone by a call that may not touch them", async () => {
    const first = await deploy("messenger");
    const second = await deploy("messenger", [], { group: first });
    await expect(call(first, "countRunOf", second.address)).rejects.toMatchObject({ code: "contract-reverted" });
    expect(await call(second, "runs")).toBe(0n);
  });

  test("of another group cannot be touched", async () => {
    const [first, stranger] = [await deploy("messenger"), await deploy("messenger")];
    const touching = call(first, "countRunOf", stranger.address, { touches: [stranger] });
    await expect(touching).rejects.toMatchObject({ code: "touches-invalid" });
  });
});

describe("time", () => {
  test("moves by blocks, as it is told, and never back", async () => {
    const start = await enclave.time.now();
    await enclave.mine();
    expect(await enclave.time.now()).toBe(start + 1n);
    await enclave.time.increase(100n);
    await enclave.mine(2);
    expect(await enclave.time.now()).toBe(start + 102n);
    await enclave.time.setNext(start + 1_000n);
    await enclave.mine();
    expect(await enclave.time.now()).toBe(start + 1_000n);
    await expect(enclave.time.setNext(start)).rejects.toMatchObject({ code: "time-not-later" });
    await expect(enclave.mine(-1)).rejects.toMatchObject({ code: "invalid-params" });
  });

  test("turns epochs", async () => {
    const { epoch } = enclave.block;
    expect(await enclave.advanceEpoch()).toBe(epoch + 1n);
    expect(enclave.block.epoch).toBe(epoch + 1n);
  });
});

describe("a snapshot", () => {
  test("can be gone back to again and again: state, time and randomness", async () => {
    const lucky = await deploy("lucky-number");
    await call(lucky, "draw", 1_000_000n);
    const before = await enclave.snapshot();
    const seen = [];
    for (let round = 0; round < 3; round += 1) {
      const { result } = await call(lucky, "draw", 1_000_000_000n).outcome;
      seen.push([result.value, result.gasUsed, await call(lucky, "draws"), await enclave.time.now()]);
      await enclave.advanceEpoch();
      await enclave.revert(before);
    }
    expect(seen[1]).toEqual(seen[0]);
    expect(seen[2]).toEqual(seen[0]);
    expect(await call(lucky, "draws")).toBe(1n);
  });

  test("takes back contracts that were deployed since", async () => {
    const before = await enclave.snapshot();
    const counter = await deploy("counter", [5n]);
    await enclave.revert(before);
    await expect(call(counter, "value")).rejects.toMatchObject({ code: "contract-unknown" });
  });

  test("of another enclave is refused", async () => {
    await using other = await createEnclave();
    const foreign = await other.snapshot();
    await expect(enclave.revert(foreign)).rejects.toMatchObject({ code: "snapshot-unknown" });
  });
});

describe("randomness", () => {
  const drawn = async (seed?: string): Promise<unknown> => {
    await using bed = await createEnclave(seed === undefined ? {} : { seed });
    const lucky = (await bed.deploy("lucky-number")) as unknown as UntypedTestContract;
    return (await call(lucky, "draw", 2n ** 60n).outcome).result.value;
  };

  test("repeats with the seed, and is another with another seed", async () => {
    const seed = `0x${"5e".repeat(32)}`;
    expect(await drawn()).toBe(await drawn());
    expect(await drawn(seed)).toBe(await drawn(seed));
    expect(await drawn(seed)).not.toBe(await drawn());
    await expect(createEnclave({ seed: "0x12" })).rejects.toMatchObject({ code: "invalid-params" });
  });
});

test("a closed enclave runs nothing", async () => {
  const counter = await deploy("counter", [5n]);
  const { result } = await call(counter, "increment", 1n).outcome;
  await enclave.close();
  await expect(call(counter, "value")).rejects.toMatchObject({ code: "test-bed-closed" });
  await expect(result.trace()).rejects.toMatchObject({ code: "trace-unavailable" });
});

test("what a contract logs by debug is shown in its name, and is in the result", async () => {
  const probe = await deploy("probe", ["0x6b", "0x76"]);
  const { result } = await call(probe, "log", "a line").outcome;
  expect(result.logs).toEqual(["a line"]);
  expect(logged).toEqual(["probe: a line"]);
});
