import "../../host/testing/matchers/leak-matcher.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Enigma, Task, UntypedSecretContract } from "../../host/client/index.ts";
import { leaksOf } from "../../host/testing/matchers/leak-matcher.ts";
import { startTestNetwork, type TestNetwork } from "../../host/testing/test-network.ts";

/** Numbers and texts that stand nowhere by chance. */
const NET_WORTHS = [0x5ec4e7a11ce0c0ffee01n, 0x5ec4e7b0bb1e5caffe02n, 0x5ec4e7ca401dec0ded03n] as const;
const TEXTS = {
  constructor: "what the constructor was told in confidence",
  value: "a value that only the enclave may remember",
  line: "a line of a private page",
  revert: "the private reason of a refusal",
  panic: "the last words of a contract",
  log: "a debug line of a contract",
} as const;

let network: TestNetwork;
let users: Enigma[];
let millionaires: UntypedSecretContract;
const tasks: Task<unknown>[] = [];

const secretBytes = (text: string): string => `0x${Buffer.from(text).toString("hex")}`;

async function order(contract: UntypedSecretContract, name: string, ...args: unknown[]): Promise<Task<unknown>> {
  const task = await contract.getFunction(name)(...args, { gasLimit: 2_000_000n });
  tasks.push(task);
  return task;
}

beforeAll(async () => {
  network = await startTestNetwork();
  await network.listenToGossip();
  users = await Promise.all([1, 2, 3].map((index) => network.user(index, index % 2)));
  const [first] = users as [Enigma, ...Enigma[]];
  millionaires = await network.deploy(first, "millionaires");
  const probe = await network.deploy(first, "probe", [secretBytes("key"), secretBytes(TEXTS.constructor)]);
  for (const [index, netWorth] of NET_WORTHS.entries()) {
    const contract = await network.contract(users[index] as Enigma, "millionaires", millionaires.address);
    await (await order(contract, "addMillionaire", netWorth)).wait();
  }
  await (await order(probe, "set", "0x01", secretBytes(TEXTS.value))).wait();
  expect(await (await order(probe, "get", "0x01")).wait()).toMatchObject({ result: [true, secretBytes(TEXTS.value)] });
  await (await order(probe, "writeLine", TEXTS.line)).wait();
  await (await order(probe, "log", TEXTS.log)).wait();
  await expect((await order(probe, "revertWithText", TEXTS.revert)).wait()).rejects.toMatchObject({
    args: [TEXTS.revert],
  });
  await expect((await order(probe, "panic", TEXTS.panic)).wait()).rejects.toMatchObject({ code: "contract-panicked" });
});
afterAll(() => network?.stop());

it("tells who is richest, and nobody's net worth", async () => {
  const asked = await (await order(millionaires, "richest")).wait();
  expect(String(asked.result).toLowerCase()).toBe(users[2]?.account);
});

describe("what hosts store, log and send", () => {
  it.each(NET_WORTHS)("does not hold a net worth (%#)", (netWorth) => expect(network).not.toLeak(netWorth));

  it.each(Object.entries(TEXTS))("does not hold what a task was told, returned or ended with: %s", (_, text) =>
    expect(network).not.toLeak(text),
  );

  it("holds what is public, so that the search is known to find things: files, gossip, sockets, Ethereum, events", async () => {
    const [task] = tasks as [Task<unknown>];
    const traces = await network.traces();
    const places = leaksOf(Buffer.from(task.id.slice(2), "hex"), traces).map((leak) => leak.replace(/^.* in /, ""));
    for (const worker of ["worker-1", "worker-2"]) expect(places.some((place) => place.startsWith(worker))).toBe(true);
    expect(places).toEqual(expect.arrayContaining(["Ethereum", "events", "gossip", "network"]));
    expect(traces.find(({ place }) => place === "gossip")?.bytes.length).toBeGreaterThan(5_000);
  });

  it("holds ciphertexts as they were sent", async () => {
    const receipt = await (await order(millionaires, "count")).wait();
    expect(receipt.result).toBe(3n);
    await expect(network).toLeak(receipt.output.slice(0, 64));
  });
});

describe("the search", () => {
  it.each([
    ["big-endian bytes", Buffer.from("005ec4e7a11ce0c0ffee0100", "hex")],
    ["little-endian bytes", Buffer.from("01eeffc0e01ca1e7c45e", "hex")],
    ["hex", Buffer.from('{"x":"0x5ec4e7a11ce0c0ffee01"}')],
    ["upper-case hex", Buffer.from("5EC4E7A11CE0C0FFEE01")],
    ["decimal", Buffer.from(`worth ${NET_WORTHS[0]} ENG`)],
    ["base64", Buffer.from(Buffer.from("00115ec4e7a11ce0c0ffee01aa", "hex").toString("base64"))],
    ["base64 that begins elsewhere", Buffer.from(Buffer.from("115ec4e7a11ce0c0ffee01aabb", "hex").toString("base64"))],
  ])("finds a number written as %s", (_, bytes) => {
    expect(leaksOf(NET_WORTHS[0], [{ place: "here", bytes }])).not.toEqual([]);
  });

  it("does not take a secret that is too short to mean anything", () => {
    expect(() => leaksOf(1n, [])).toThrow(RangeError);
  });
});
