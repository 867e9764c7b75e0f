/** Tasks that Solidity contracts order, whose results come back to them in a callback. */
import "../../host/testing/matchers/leak-matcher.ts";
import { AbiCoder, id } from "ethers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Enigma, UntypedSecretContract } from "../../host/client/index.ts";
import { ENG, TokenContract } from "../../host/ethereum/token-contract.ts";
import type { TransactionSender } from "../../host/ethereum/transaction-sender.ts";
import { ENDINGS } from "../../host/protocol/ending.ts";
import { type Hash, hash } from "../../host/protocol/hex.ts";
import { keccak } from "../../host/protocol/keccak.ts";
import { OUTCOME } from "../../host/protocol/outcome.ts";
import { startTestNetwork, type TestNetwork } from "../../host/testing/test-network.ts";
import { compiled, EthereumContract, ethereumSender, sample } from "./ethereum-contract.ts";
import { chainEvents, settlementOf } from "./settled-facts.ts";

const FUNDS = 100n * ENG;
const GAS = [1_000_000n, 200_000n] as const;

let network: TestNetwork;
let user: Enigma;
let owner: TransactionSender;
let lucky: UntypedSecretContract;
let orders: EthereumContract;

async function fund(contract: EthereumContract): Promise<void> {
  const { view, token } = network.local;
  await new TokenContract(view.connection, token).approve(owner, contract.address, FUNDS);
  await contract.send("fund", FUNDS);
}

beforeAll(async () => {
  network = await startTestNetwork();
  user = await network.user(1);
  owner = ethereumSender(network, 9);
  lucky = await network.deploy(user, "lucky-number");
  orders = await EthereumContract.deploy(owner, compiled("EncryptedOrders"), [network.local.domain.enigma]);
  await fund(orders);
});
afterAll(() => network?.stop());

const calldata = (name: string, ...args: unknown[]) => lucky.interface.encodeFunctionData(name, args);
const draws = () => lucky.getView("draws")() as Promise<bigint>;

/** Orders through the contract, and waits until the task is settled. */
const order = (name: string, ...args: unknown[]) => orderFrom(orders, name, ...args);
async function orderFrom(contract: EthereumContract, name: string, ...args: unknown[]) {
  const { logs } = await contract.send(name, ...args);
  const topic = orders.interface.getEvent("Ordered")?.topicHash;
  const taskId = hash(String(logs.find(({ topics }) => topics[0] === topic)?.topics[1]));
  const { outcome } = await settlementOf(network, taskId);
  return { taskId, outcome };
}

/** What the contract was told about a task: ending and payload; nothing if it was not called. */
async function answerTo(taskId: Hash, contract = orders): Promise<unknown[]> {
  const topics = [orders.interface.getEvent("Answered")?.topicHash, taskId];
  const filter = { address: contract.address, topics, fromBlock: "0x0" };
  const logs = await network.local.view.connection.request<{ data: string }[]>("eth_getLogs", [filter]);
  return logs.flatMap(({ data }) => {
    const [ending, payload] = AbiCoder.defaultAbiCoder().decode(["uint8", "bytes"], data);
    return [ENDINGS[Number(ending)], payload];
  });
}

describe("a draw on Ethereum", () => {
  it("has its winner drawn by a secret contract, whose account calls it back", async () => {
    const draw = await EthereumContract.deploy(owner, sample("LuckyDraw"), [
      network.local.domain.enigma,
      lucky.address,
    ]);
    await fund(draw);
    const players = await Promise.all([6, 7, 8].map((index) => ethereumSender(network, index)));
    for (const player of players) await draw.as(player).send("enter");
    await draw.send("draw");
    const taskId = hash(String(await draw.read("pending")));
    const settled = await settlementOf(network, taskId);
    expect([settled.outcome, settled.outputHash]).toEqual([OUTCOME.committed, keccak(new Uint8Array())]);
    const winner = String(await draw.read("winner")).toLowerCase();
    expect(players.map(({ address }) => address)).toContain(winner);
    expect(await draws()).toBe(1n);
  });
});

describe("an ordered task", () => {
  it("needs no gateway: workers find it on Ethereum, with its input", async () => {
    const { taskId } = await order("order", lucky.address, calldata("draw", 6n), ...GAS);
    const [input] = await chainEvents(network, "TaskInput", taskId);
    expect(`0x${Buffer.from(input?.input ?? []).toString("hex")}`).toBe(calldata("draw", 6n));
    const received = network.events.of("task-received").filter((event) => event.taskId === taskId);
    expect(new Set(received.map(({ source }) => source))).toEqual(new Set(["chain"]));
    const [ending, payload] = await answerTo(taskId);
    expect(ending).toBe("returned");
    const [number] = lucky.interface.decodeFunctionResult("draw", payload as string);
    expect(Number(number)).toBeGreaterThanOrEqual(1);
    expect(Number(number)).toBeLessThanOrEqual(6);
  });

  it.each<[string, () => string, string]>([
    ["its contract's error", () => calldata("draw", 0n), "NoSides()"],
    ["a function that there is not", () => "0x12345678", "UnknownFunction(bytes4)"],
  ])("that fails by %s tells that to the one who ordered it", async (_, input, error) => {
    const before = await draws();
    const { taskId, outcome } = await order("order", lucky.address, input(), ...GAS);
    expect(outcome).toBe(OUTCOME.failed);
    const [ending, reason] = await answerTo(taskId);
    expect([ending, String(reason).slice(0, 10)]).toEqual(["reverted", id(error).slice(0, 10)]);
    expect(await draws()).toBe(before);
  });

  it("is undone where the one who ordered it turns its result down, and can be ordered again", async () => {
    const before = await draws();
    await orders.send("setRefusing", true);
    const { taskId, outcome } = await order("order", lucky.address, calldata("draw", 6n), ...GAS);
    await orders.send("setRefusing", false);
    expect(outcome).toBe(OUTCOME["callback-failed"]);
    expect(await answerTo(taskId)).toEqual([]);
    expect(await orders.read("isOpen", taskId)).toBe(false);
    const [failure] = await chainEvents(network, "CallFailed", taskId);
    expect(failure?.reason).toBe(orders.interface.getError("NotNow")?.selector);
    expect(await draws()).toBe(before);
    expect((await order("order", lucky.address, calldata("draw", 6n), ...GAS)).outcome).toBe(OUTCOME.committed);
    expect(await draws()).toBe(before + 1n);
  });
});

describe("an input that a user has encrypted beforehand", () => {
  const SIDES = 0xffff_ffff_ffff_ffffn;
  const GUESS = 0x5ec4e79e55ed0123n;
  const prepare = () =>
    user.prepareInput({ sender: orders.address, contract: lucky, method: "guess", args: [GUESS, SIDES] });

  it("is read by the secret contract alone; the result goes to the one who ordered and to the user", async () => {
    const { input, userKey, epoch, taskId, follow } = await prepare();
    const placed = await order("orderEncrypted", lucky.address, input, userKey, epoch, ...GAS);
    expect(placed).toEqual({ taskId, outcome: OUTCOME.committed });
    const [ending, payload] = await answerTo(taskId);
    expect(ending).toBe("returned");
    const [won, drawn] = lucky.interface.decodeFunctionResult("guess", payload as string);
    const { result } = await (await follow()).wait();
    expect([...(result as Iterable<unknown>)]).toEqual([won, drawn]);
    expect(won).toBe(false);
    await expect(network).not.toLeak(GUESS);
  });

  it("is not spoilt by what others order before it", async () => {
    const [first, second] = [await prepare(), await prepare()];
    await order("order", lucky.address, calldata("draw", 6n), ...GAS);
    for (const { input, userKey, epoch, taskId } of [second, first]) {
      const placed = await order("orderEncrypted", lucky.address, input, userKey, epoch, ...GAS);
      expect(placed).toEqual({ taskId, outcome: OUTCOME.committed });
    }
  });

  it("is good for one task: its key orders once, and from another contract it does not decrypt", async () => {
    const { input, userKey, epoch } = await prepare();
    const args = [lucky.address, input, userKey, epoch, ...GAS] as const;
    expect((await order("orderEncrypted", ...args)).outcome).toBe(OUTCOME.committed);
    await expect(orders.send("orderEncrypted", ...args)).rejects.toMatchObject({ code: "nonce-used" });
    const copying = await EthereumContract.deploy(owner, compiled("EncryptedOrders"), [network.local.domain.enigma]);
    await fund(copying);
    const { taskId, outcome } = await orderFrom(copying, "orderEncrypted", ...args);
    expect(outcome).toBe(OUTCOME.failed);
    expect(await answerTo(taskId, copying)).toEqual(["bad-ciphertext", "0x"]);
  });
});

describe("a user's task whose input is posted", () => {
  it("is executed and answered as any other", async () => {
    const task = await lucky.getFunction("draw")(6n, { post: true });
    expect(await chainEvents(network, "TaskInput", task.id)).toHaveLength(1);
    const { result } = await task.wait();
    expect(Number(result)).toBeLessThanOrEqual(6);
  });
});

it("was paid from the ordering contracts' own balances, and no receipt was refused", async () => {
  const left = await network.local.view.contract.balance(orders.address);
  expect(left).toBeGreaterThan(0n);
  expect(left).toBeLessThan(FUNDS);
  expect(network.events.of("receipt-refused")).toEqual([]);
});
