/** Events of secret contracts: for everybody on Ethereum, for the user of a task, or for the holder of a key. */
import "../../host/testing/matchers/leak-matcher.ts";
import { randomBytes } from "node:crypto";
import { Contract, JsonRpcProvider } from "ethers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Enigma, Task, UntypedSecretContract } from "../../host/client/index.ts";
import { toHex } from "../../host/protocol/hex.ts";
import { userKeyPair } from "../../host/protocol/session-keys.ts";
import { sampleContract } from "../../host/testing/sample-contract.ts";
import { startTestNetwork, type TestNetwork } from "../../host/testing/test-network.ts";
import { expectFailed } from "./settled-facts.ts";

const SECRET_TEXT = "for the eyes of one reader only";
const LARGE = { gasLimit: 10_000_000n };

let network: TestNetwork;
let user: Enigma;
let other: Enigma;
let messenger: UntypedSecretContract;
let abi: string;

beforeAll(async () => {
  network = await startTestNetwork({ settings: { epochBlocks: 50 } });
  [user, other] = await Promise.all([network.user(1), network.user(2, 1)]);
  ({ abi } = await sampleContract("messenger"));
  messenger = await network.deploy(user, "messenger");
});
afterAll(() => network?.stop());

const emit = (name: string, ...args: unknown[]): Promise<Task<unknown>> => messenger.getFunction(name)(...args);
const eventsFor = (secretKey: Uint8Array) =>
  other.privateEvents({ contract: messenger.address, abi: JSON.parse(abi), fromBlock: 0n, secretKey });

describe("a public event", () => {
  it("stands on Ethereum as a log of the contract's own account, which any library reads", async () => {
    const { events, transactionHash } = await (await emit("emitPing", "hello", 7n)).wait();
    expect(events).toMatchObject([{ name: "Ping", private: false, contract: messenger.address }]);
    const provider = new JsonRpcProvider(network.local.chain.url, undefined, { cacheTimeout: -1 });
    const ping = new Contract(messenger.address, abi, provider);
    const [log] = await ping.queryFilter("Ping");
    provider.destroy();
    expect(log?.transactionHash).toBe(transactionHash);
    const found = await other.queryEvents({ contract: messenger.address, abi: JSON.parse(abi), fromBlock: 0n });
    expect(found).toMatchObject([{ name: "Ping", transactionHash }]);
    expect(found[0]?.args[2]).toBe(7n);
  });

  it("is not emitted by a task that fails", async () => {
    const before = await other.queryEvents({ contract: messenger.address, abi: JSON.parse(abi), fromBlock: 0n });
    const error = await expectFailed(network, user, () => emit("emitMany", 33));
    expect(error).toMatchObject({ code: "contract-trapped", data: { trap: "too-many-effects" } });
    const after = await other.queryEvents({ contract: messenger.address, abi: JSON.parse(abi), fromBlock: 0n });
    expect(after).toEqual(before);
  });

  it("is one of at most 32, with 65,536 bytes in all", async () => {
    const { events } = await (await emit("emitMany", 32)).wait();
    expect(events).toHaveLength(32);
    const most = 65_536 - 96;
    const { events: large } = await (await messenger.getFunction("emitLarge")(most, 1, LARGE)).wait();
    expect(large[0]?.args[0]).toHaveLength(2 + 2 * most);
    const order = () => messenger.getFunction("emitLarge")(most + 1, 1, LARGE);
    expect(await expectFailed(network, user, order)).toMatchObject({ data: { trap: "too-many-effects" } });
  });
});

describe("a private event", () => {
  it("to the user comes with the result, and nobody else can read it", async () => {
    const { events } = await (await emit("emitPrivatePing", SECRET_TEXT, 9n)).wait();
    expect(events).toMatchObject([{ name: "Ping", private: true, contract: messenger.address }]);
    expect([...(events[0]?.args ?? [])].slice(1)).toEqual([SECRET_TEXT, 9n]);
    await expect(network).not.toLeak(SECRET_TEXT);
  });

  it("to a key is read by its holder, in whatever epoch, and by no other", async () => {
    const [holder, stranger] = [new Uint8Array(randomBytes(32)), new Uint8Array(randomBytes(32))];
    const key = toHex(userKeyPair(holder).publicKey);
    const { events, taskId } = await (await emit("emitPrivatePingTo", key, SECRET_TEXT, 1n)).wait();
    expect(events).toEqual([]);
    await network.advanceEpoch();
    await network.advanceEpoch();
    await (await emit("emitPrivatePingTo", key, SECRET_TEXT, 2n)).wait();
    const read = await eventsFor(holder);
    expect(read.map(({ name, args }) => [name, ...args].slice(2))).toEqual([
      [SECRET_TEXT, 1n],
      [SECRET_TEXT, 2n],
    ]);
    expect(read[0]?.taskId).toBe(taskId);
    expect(await eventsFor(stranger)).toEqual([]);
    await expect(network).not.toLeak(SECRET_TEXT);
  });

  it("to a key that gives no shared secret is a trap", async () => {
    const error = await expectFailed(network, user, () =>
      emit("emitPrivatePingTo", toHex(new Uint8Array(32)), "x", 1n),
    );
    expect(error).toMatchObject({ code: "contract-trapped", data: { trap: "host-argument" } });
  });
});
