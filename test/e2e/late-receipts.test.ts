/** Receipts that are held up on their way to Ethereum: what nobody may build on yet, and what comes too late. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Enigma, Task, UntypedSecretContract } from "../../host/client/index.ts";
import { EnigmaAccount } from "../../host/ethereum/enigma-account.ts";
import { areEquivocal } from "../../host/protocol/equivocation.ts";
import type { Hash } from "../../host/protocol/hex.ts";
import { startTestNetwork, type TestNetwork } from "../../host/testing/test-network.ts";
import { ethereumSender } from "./ethereum-contract.ts";
import { handedIn } from "./handed-in.ts";
import { HeldChain } from "./held-chain.ts";
import { chainEvents } from "./settled-facts.ts";

let chain: HeldChain;
let network: TestNetwork;
let user: Enigma;
let messenger: UntypedSecretContract;
let runs = 0n;

beforeAll(async () => {
  chain = await HeldChain.start();
  const settings = { epochBlocks: 50, taskTimeoutBlocks: 2_000 };
  network = await startTestNetwork({ chainUrl: chain.url, settings });
  user = await network.user(1);
  messenger = await network.deploy(user, "messenger");
});
afterAll(async () => {
  chain.releaseAll();
  await network?.stop();
  await chain.close();
});

const countRun = () => messenger.getFunction("countRun")();
const executionsOf = ({ id }: Task<unknown>) =>
  network.events.of("task-executed").filter(({ taskId }) => taskId === id);

describe("a task that is executed, and whose receipt is not on Ethereum yet,", () => {
  it("changes nothing that a view sees, until its receipt stands", async () => {
    chain.hold();
    const task = await countRun();
    await chain.waiting(1);
    expect(executionsOf(task)).toHaveLength(1);
    expect(await messenger.getView("runs")()).toBe(runs);
    chain.releaseAll();
    await task.wait();
    runs += 1n;
    expect(await messenger.getView("runs")()).toBe(runs);
  });

  it("with a required call holds up the tasks behind it, which cannot be built on what may be undone", async () => {
    chain.hold();
    const failing = await messenger.getFunction("requireCall")(`0x${"77".repeat(20)}`, 0n, "0x01", {
      callGasLimit: 100_000n,
    });
    await chain.waiting(1);
    const behind = await countRun();
    await expect.poll(() => behind.status).toBe("accepted");
    expect(executionsOf(behind)).toEqual([]);
    chain.releaseAll();
    await expect(failing.wait()).rejects.toMatchObject({ code: "callback-failed" });
    runs += 1n;
    expect((await behind.wait()).result).toBe(runs);
  });
});

describe("a receipt that comes when its epoch is over", () => {
  it("is refused, and its task is executed by the next worker: the same answer for the same gas", async () => {
    const late = await network.selected(messenger.address);
    chain.hold();
    const task = await countRun();
    await chain.waiting(1);
    await network.advanceEpochTo(messenger.address, 1 - late);
    await chain.waiting(2);
    const refused = network.events.next("receipt-refused");
    chain.release();
    expect(await refused).toMatchObject({ taskId: task.id, node: network.worker(late).address });
    chain.releaseAll();
    const { result, gasUsed, outputHash, worker, moves } = await task.wait();
    runs += 1n;
    expect([result, worker]).toEqual([runs, network.worker(1 - late).address]);
    const [first, second, ...more] = executionsOf(task);
    expect(more).toEqual([]);
    for (const execution of [first, second]) expect(execution).toMatchObject({ gasUsed, outputHash, status: 1 });
    expect(second?.stateBefore).toBe(first?.stateBefore);
    // The log's entry is encrypted with the key of the epoch that it names.
    expect(second?.stateAfter).not.toBe(first?.stateAfter);
    expect(moves[0]?.stateAfter).toBe(second?.stateAfter);
    expect(await chainEvents(network, "TaskSettled", task.id)).toHaveLength(1);
  });

  it("is no evidence against anybody: honest execution gives other receipts in every epoch", async () => {
    const [refused] = await chainEvents(network, "ReceiptRefused");
    const taskId = refused?.taskId as Hash;
    const [settled] = await chainEvents(network, "TaskSettled", taskId);
    const late = await handedIn(network, refused?.transactionHash as Hash, taskId);
    const inTime = await handedIn(network, settled?.transactionHash as Hash, taskId);
    expect(inTime.receipt).toMatchObject({ taskId, recordHash: late.receipt.recordHash });
    expect(areEquivocal(late.receipt, inTime.receipt)).toBe(false);
    const reporter = new EnigmaAccount(ethereumSender(network, 9), network.local.view.contract);
    await expect(reporter.reportEquivocation(late, inTime)).rejects.toMatchObject({ code: "evidence-invalid" });
  });

  it("is refused to the same worker, too, which executes again in the epoch that rules", async () => {
    const serving = await network.selected(messenger.address);
    chain.hold();
    const task = await countRun();
    await chain.waiting(1);
    const before = (await network.local.view.contract.currentEpoch()).number;
    let now = await network.advanceEpoch();
    while ((await network.selected(messenger.address)) !== serving) now = await network.advanceEpoch();
    expect(now).toBeGreaterThan(before);
    chain.releaseAll();
    const { result, epoch } = await task.wait();
    runs += 1n;
    expect([result, epoch]).toEqual([runs, now]);
  });
});

it("every task was settled once, and no unit of ENG is lost", async () => {
  expect([...(await network.settlements()).values()].filter((times) => times !== 1)).toEqual([]);
  const { held, owed } = await network.funds();
  expect(owed).toBe(held);
});
