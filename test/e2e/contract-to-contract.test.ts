/** Secret contracts that call each other within one task, and what they may not do. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Enigma, UntypedSecretContract } from "../../host/client/index.ts";
import { ENDINGS } from "../../host/protocol/ending.ts";
import { toHex } from "../../host/protocol/hex.ts";
import { startTestNetwork, type TestNetwork } from "../../host/testing/test-network.ts";
import { deployInto } from "./contract-groups.ts";
import { expectFailed } from "./settled-facts.ts";

const MESSENGERS = 5;
const ALL_GAS = 2n ** 64n - 1n;

let network: TestNetwork;
let user: Enigma;
let messengers: UntypedSecretContract[];
let first: UntypedSecretContract;
let second: UntypedSecretContract;
/** One of the same group that fails in every way. */
let probe: UntypedSecretContract;
/** Of another group. */
let stranger: UntypedSecretContract;

beforeAll(async () => {
  network = await startTestNetwork();
  user = await network.user(1);
  first = await network.deploy(user, "messenger");
  const others = Array.from({ length: MESSENGERS - 1 }, () => deployInto(first.address, user, "messenger"));
  messengers = [first, ...(await Promise.all(others))];
  second = messengers[1] as UntypedSecretContract;
  probe = await deployInto(first.address, user, "probe", ["0x01", "0x02"]);
  stranger = await network.deploy(user, "messenger");
});
afterAll(() => network?.stop());

const addresses = (from: number, to: number) => messengers.slice(from, to).map(({ address }) => address);
const encode = (name: string, ...args: unknown[]) => first.interface.encodeFunctionData(name, args);
const text = (value: string) => toHex(new TextEncoder().encode(value));
const countRun = async (contract: UntypedSecretContract) =>
  (await (await contract.getFunction("countRun")()).wait()).result;

/** Has the first probe call another contract: the ending of the call and its payload. */
async function callOther(to: string, data: string, touches: readonly string[], gas = ALL_GAS): Promise<unknown[]> {
  const { result } = await (await first.getFunction("callOther")(to, data, gas, { touches })).wait();
  return answerIn(result);
}

/** The name of an ending and its payload. */
function answerIn(result: unknown): unknown[] {
  const [ending, payload] = result as [bigint, string];
  return [ENDINGS[Number(ending)], payload];
}

describe("a call of another contract", () => {
  it("comes from the calling contract and gives its result back", async () => {
    const [ending, payload] = await callOther(second.address, encode("parties"), [second.address]);
    expect(ending).toBe("returned");
    const parties = second.interface.decodeFunctionResult("parties", payload as string);
    expect(parties.map((each: string) => each.toLowerCase())).toEqual([first.address, second.address]);
  });

  it("changes the called contract as a task of its own would", async () => {
    const before = (await countRun(second)) as bigint;
    await callOther(second.address, encode("countRun"), [second.address]);
    expect(await countRun(second)).toBe(before + 2n);
  });

  it("that fails undoes what the called contract did, and the caller goes on", async () => {
    const [own, others] = [(await countRun(first)) as bigint, (await countRun(probe)) as bigint];
    const refused = probe.interface.getError("Refused")?.selector;
    const ask = (name: string, gas?: bigint) =>
      callOther(probe.address, probe.interface.encodeFunctionData(name), [probe.address], gas);
    expect(await ask("refuse")).toEqual(["reverted", refused]);
    expect(await ask("loopForever", 200_000n)).toEqual(["out-of-gas", "0x"]);
    expect(await countRun(probe)).toBe(others + 1n);
    expect(await countRun(first)).toBe(own + 3n);
  });

  it("leaves nothing where the caller fails afterwards", async () => {
    const before = (await countRun(second)) as bigint;
    const touches = [second.address];
    const order = () => first.getFunction("callAndRevert")(second.address, encode("countRun"), { touches });
    expect(await expectFailed(network, user, order)).toMatchObject({ name: "Refused" });
    expect(await countRun(second)).toBe(before + 1n);
  });

  it("has its events emitted by the called contract's own account", async () => {
    const data = encode("emitPing", "from afar", 5n);
    const task = await first.getFunction("callOther")(second.address, data, ALL_GAS, { touches: [second.address] });
    const { events } = await task.wait();
    expect(events).toMatchObject([{ contract: second.address, name: "Ping", private: false }]);
    expect(String(events[0]?.args[0]).toLowerCase()).toBe(first.address);
  });

  it("is not seen: a contract that is declared and not called moves all the same", async () => {
    const { moves } = await (await first.getFunction("countRun")({ touches: addresses(1, 3) })).wait();
    expect(moves).toHaveLength(3);
    for (const { stateBefore, stateAfter } of moves) expect(stateAfter).not.toBe(stateBefore);
  });
});

describe("a call is refused", () => {
  it("of a contract that the task does not declare", async () => {
    expect(await callOther(second.address, encode("countRun"), [])).toEqual(["call-refused", text("undeclared")]);
    expect(await callOther(stranger.address, encode("countRun"), [second.address])).toEqual([
      "call-refused",
      text("undeclared"),
    ]);
  });

  it("of a contract that is being called, itself included", async () => {
    expect(await callOther(first.address, encode("countRun"), [])).toEqual(["call-refused", text("reentry")]);
    const back = encode("callOther", first.address, encode("countRun"), ALL_GAS);
    const [ending, payload] = await callOther(second.address, back, [second.address]);
    expect(ending).toBe("returned");
    const inner = first.interface.decodeFunctionResult("callOther", payload as string);
    expect(answerIn(inner)).toEqual(["call-refused", text("reentry")]);
  });

  it("more than four contracts deep", async () => {
    const relay = (to: number) =>
      first.getFunction("relay")(addresses(1, to), encode("countRun"), { touches: addresses(1, 5) });
    const before = (await countRun(messengers[3] as UntypedSecretContract)) as bigint;
    const [ending, payload] = answerIn((await (await relay(4)).wait()).result);
    expect([ending, BigInt(payload as string)]).toEqual(["returned", before + 1n]);
    expect(answerIn((await (await relay(5)).wait()).result)).toEqual(["call-refused", text("depth")]);
  });
});

describe("a record is refused, at no cost,", () => {
  it.each([
    ["where it touches a contract of another group", () => [stranger.address], "record-refused"],
    ["where it touches a contract that is not deployed", () => [`0x${"ab".repeat(20)}`], "record-refused"],
    ["where it touches the called contract", () => [first.address], "touches-invalid"],
    ["where it touches a contract twice", () => [second.address, second.address], "touches-invalid"],
    [
      "where it touches eight",
      () => Array.from({ length: 8 }, (_, at) => `0x${`0${at + 1}`.repeat(20)}`),
      "touches-invalid",
    ],
  ])("%s", async (_, touches, code) => {
    const before = await user.balance();
    await expect(first.getFunction("countRun")({ touches: touches() })).rejects.toMatchObject({ code });
    expect(await user.balance()).toBe(before);
  });
});

it("tasks of several contracts of a group that are under way at once build on each other", async () => {
  const before = (await Promise.all(messengers.slice(0, 3).map(countRun))) as bigint[];
  const [a, b, c] = addresses(0, 3).map(String) as [string, string, string];
  const runs = Array.from({ length: 4 }, () => [
    first.getFunction("countRunsOf")(b, c, { touches: [b, c] }),
    second.getFunction("countRunsOf")(c, a, { touches: [c, a] }),
    second.getFunction("countRun")(),
  ]);
  const tasks = await Promise.all(runs.flat());
  await Promise.all(tasks.map((task) => task.wait()));
  const after = (await Promise.all(messengers.slice(0, 3).map(countRun))) as bigint[];
  expect(after.map((count, index) => count - (before[index] ?? 0n))).toEqual([9n, 13n, 9n]);
  expect(network.events.of("receipt-refused")).toEqual([]);
});
