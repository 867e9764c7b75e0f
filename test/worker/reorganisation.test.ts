/** What becomes of tasks when blocks leave the chain under a running network, on the real anvil. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Enigma, UntypedSecretContract } from "../../host/client/index.ts";
import { type Address, address, type Hash, ZERO_HASH } from "../../host/protocol/hex.ts";
import { startTestNetwork, type TestNetwork } from "../../host/testing/test-network.ts";
import { ended, type RawTask, RawUser, refusal, resultOf, send } from "./raw-tasks.ts";

const TIMEOUT = 60_000;

let network: TestNetwork;
let owner: Enigma;
let user: RawUser;
let contract: UntypedSecretContract;
let place: Address;

beforeAll(async () => {
  network = await startTestNetwork({ workers: 2, epochBlocks: 500 });
  owner = await network.user(1);
  user = await RawUser.open(network.local, 2);
  contract = await network.deploy(owner, "millionaires");
  place = address(String(contract.address));
  await settled("addMillionaire", 5n);
}, TIMEOUT);

afterAll(async () => {
  await network?.stop();
}, TIMEOUT);

async function settled(method: string, ...args: unknown[]) {
  const end = await (await contract.getFunction(method)(...args, { gasLimit: 1_000_000n })).wait();
  expect(end.status).toBe("committed");
  return end;
}

function chain<T>(method: string, ...params: unknown[]): Promise<T> {
  return network.local.view.connection.request<T>(method, params);
}

/** Takes the chain back to a snapshot, lets another block stand there, and waits until both workers have seen it. */
async function goBack(snapshot: string): Promise<void> {
  const seen = () => network.log.lines.filter((line) => line.includes("chain-went-back")).length;
  const before = seen();
  await chain("evm_revert", snapshot);
  await network.mine(1);
  await expect.poll(seen, { timeout: TIMEOUT }).toBe(before + 2);
}

test(
  "tasks whose records and settlements have left the chain are gone, and the state is the one before",
  async () => {
    const snapshot = await chain<string>("evm_snapshot");
    const tip = await network.local.view.contract.tip(place);
    const task: RawTask = await user.recordCall(place);
    await send(network.worker(0), task.params);
    await Promise.all([0, 1].map((index) => ended(network.worker(index), task.taskId)));
    await settled("addMillionaire", 7n);
    await goBack(snapshot);
    expect(await network.local.view.contract.tip(place)).toBe(tip);
    for (const index of [0, 1]) {
      await expect.poll(() => statusOf(index, task.taskId)).toBe("task-unknown");
      expect(await refusal(network.worker(index), task.params)).toBe("record-not-found");
    }
    const again = await user.recordCall(place);
    await send(network.worker(0), again.params);
    expect((await ended(network.worker(1), again.taskId)).status).toBe("failed");
  },
  TIMEOUT,
);

async function statusOf(index: number, taskId: Hash): Promise<string> {
  try {
    await resultOf(network.worker(index), taskId);
    return "known";
  } catch (error) {
    return (error as { code: string }).code;
  }
}

test(
  "a task whose settlement has left the chain, and whose record has not, is settled again",
  async () => {
    const task: RawTask = await user.recordCall(place);
    const snapshot = await chain<string>("evm_snapshot");
    await send(network.worker(0), task.params);
    await ended(network.worker(0), task.taskId);
    const first = await resultOf(network.worker(0), task.taskId);
    await goBack(snapshot);
    const slot = () => network.local.view.contract.taskSlot(task.taskId);
    await expect
      .poll(() => resultOf(network.worker(1), task.taskId).catch(() => undefined), { timeout: TIMEOUT })
      .toBeDefined();
    expect(await slot()).not.toBe(ZERO_HASH);
    const second = await resultOf(network.worker(1), task.taskId);
    // Executing the same again gives the same, so that nobody signs two receipts for one.
    expect(second.receipt).toEqual(first.receipt);
    expect(second.signature).toEqual(first.signature);
  },
  TIMEOUT,
);

test(
  "a task whose record is mined again, in another block, is settled without being sent again",
  async () => {
    const snapshot = await chain<string>("evm_snapshot");
    const { taskId, params } = await user.recordCall(place);
    await send(network.worker(0), params);
    await Promise.all([0, 1].map((index) => ended(network.worker(index), taskId)));
    const first = await resultOf(network.worker(1), taskId);
    await goBack(snapshot);
    const { blockNumber, timestamp, parentHash, sender, rules, ...order } = params.record;
    await user.account.createRecord({ ...order, codeHash: ZERO_HASH });
    const updates = await Promise.all([0, 1].map((index) => ended(network.worker(index), taskId)));
    expect(updates.map(({ status }) => status)).toEqual(["failed", "failed"]);
    const second = await resultOf(network.worker(1), taskId);
    // Another record is another task to whoever looks for two receipts of one.
    expect(second.receipt?.recordHash).not.toBe(first.receipt?.recordHash);
    expect((await network.settlements()).get(taskId)).toBe(1);
  },
  TIMEOUT,
);
