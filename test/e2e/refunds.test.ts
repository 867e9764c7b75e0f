/** Tasks that nobody executes in time: who gets what back, and whom it costs something. */
import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Enigma, UntypedSecretContract } from "../../host/client/index.ts";
import { TokenContract } from "../../host/ethereum/token-contract.ts";
import { STAKE } from "../../host/network/deploy-network.ts";
import { ZERO_HASH } from "../../host/protocol/hex.ts";
import { OUTCOME, outcomeSlot } from "../../host/protocol/outcome.ts";
import { startTestNetwork, type TestNetwork } from "../../host/testing/test-network.ts";
import { chainEvents } from "./settled-facts.ts";

const TIMEOUT_BLOCKS = 60;
const POSTED_PRICE = 5n;
/** Four tasks with the most gas that one may have. */
const POSTED_QUOTA = 4_000_000n;
const GAS = { gasLimit: 1_000_000n, callGasLimit: 100_000n };

let network: TestNetwork;
let user: Enigma;
let probe: UntypedSecretContract;
let serving: number;

beforeAll(async () => {
  const posted = { postedGasPrice: POSTED_PRICE, postedGasQuota: POSTED_QUOTA };
  const settings = { epochBlocks: 1_000, taskTimeoutBlocks: TIMEOUT_BLOCKS, ...posted };
  network = await startTestNetwork({ settings });
  const deployer = await network.user(2);
  const { address } = await network.deploy(deployer, "probe", ["0x01", "0x02"]);
  serving = await network.selected(address);
  user = await network.user(1, 1 - serving);
  probe = await network.contract(user, "probe", address);
  await (await probe.getFunction("countRun")()).wait();
});
afterAll(() => network?.stop());

const stake = async () => (await network.local.view.contract.worker(network.worker(serving).address)).stake;
const supply = () => new TokenContract(network.local.view.connection, network.local.token).totalSupply();

describe("a task whose worker is away until its time is over", () => {
  beforeAll(() => network.stopWorker(serving));
  afterAll(() => network.restartWorker(serving));

  it("gives its escrow back, not earlier, and costs the worker nothing: the user may never have sent it", async () => {
    const before = await user.balance();
    const task = await probe.getFunction("countRun")(GAS);
    const { callGasPrice } = await network.local.view.contract.parameters();
    const escrow = GAS.gasLimit * task.record.gasPrice + GAS.callGasLimit * callGasPrice;
    expect(before - (await user.balance())).toBe(escrow);
    await expect(user.refund(task.record)).rejects.toMatchObject({ data: { error: "RefundTooEarly" } });
    await network.mine(TIMEOUT_BLOCKS);
    await user.refund(task.record);
    await expect(task.wait()).rejects.toMatchObject({ code: "task-refunded" });
    expect(task.status).toBe("refunded");
    expect(await user.balance()).toBe(before);
    expect(await network.local.view.contract.taskSlot(task.id)).toBe(outcomeSlot(OUTCOME.refunded, ZERO_HASH));
    expect(await stake()).toBe(STAKE);
    await expect(user.refund(task.record)).rejects.toMatchObject({ data: { error: "TaskAlreadySettled" } });
  });

  it("costs the worker twice the escrow, which is burned, where the input was on Ethereum for it to find", async () => {
    const [balance, all] = [await user.balance(), await supply()];
    const task = await probe.getFunction("countRun")({ ...GAS, post: true });
    const escrow = balance - (await user.balance());
    await network.mine(TIMEOUT_BLOCKS);
    await user.refund(task.record);
    expect(await user.balance()).toBe(balance);
    expect(STAKE - (await stake())).toBe(2n * escrow);
    expect(all - (await supply())).toBe(2n * escrow);
    const { address } = network.worker(serving);
    expect(await chainEvents(network, "WorkerPenalised", task.id)).toMatchObject([
      { worker: address, amount: 2n * escrow },
    ]);
  });
});

describe("a worker that comes back", () => {
  it("executes what is still open, and nothing that was refunded", async () => {
    const { result } = await (await probe.getFunction("countRun")()).wait();
    expect(result).toBe(2n);
    const refunded = new Set((await chainEvents(network, "TaskRefunded")).map(({ taskId }) => taskId));
    expect(refunded.size).toBe(2);
    const settled = await chainEvents(network, "TaskSettled");
    expect(settled.filter(({ taskId }) => refunded.has(taskId))).toEqual([]);
    const { held, owed } = await network.funds();
    expect(owed).toBe(held);
  });
});

describe("a posted task is refused, at no cost,", () => {
  it.each([
    ["below the least price", { ...GAS, gasPrice: POSTED_PRICE - 1n }, "PostedGasPriceTooLow"],
    ["with more than its share of the quota", { gasLimit: POSTED_QUOTA / 4n + 1n }, "PostedGasLimitTooHigh"],
  ])("%s", async (_, options, error) => {
    const before = await user.balance();
    const order = probe.getFunction("countRun")({ ...options, post: true });
    await expect(order).rejects.toMatchObject({ code: "record-refused", data: { error } });
    expect(await user.balance()).toBe(before);
  });

  it("beyond the group's quota of the epoch", async () => {
    const order = () => probe.getFunction("countRun")({ ...GAS, post: true });
    // One was posted before.
    for (const task of [await order(), await order(), await order()]) await task.wait();
    const before = await user.balance();
    await expect(order()).rejects.toMatchObject({ code: "record-refused", data: { error: "PostedQuotaExceeded" } });
    expect(await user.balance()).toBe(before);
  });

  it("with an input of more than 16,384 bytes", async () => {
    const large = randomBytes(17_000);
    const order = probe.getFunction("set")("0x01", large, { post: true });
    await expect(order).rejects.toMatchObject({ code: "input-too-large" });
  });
});
