import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Enigma, Task, UntypedSecretContract } from "../../host/client/index.ts";
import { startTestNetwork, type TestNetwork } from "../../host/testing/test-network.ts";

const TASKS = 12;
/** Enough for the endless loop to be seen running. */
const LONG = 3_000_000_000n;

let network: TestNetwork;
let user: Enigma;
let probe: UntypedSecretContract;
/** The worker that serves the contract, and the other, which is the user's gateway. */
let selected: number;
let other: number;
const ordered: Task<unknown>[] = [];
/** What the contract has counted so far. */
let counted = 0n;

beforeAll(async () => {
  network = await startTestNetwork();
  const deployer = await network.user(1);
  const { address } = await network.deploy(deployer, "probe", ["0x01", "0x02"]);
  selected = await network.selected(address);
  other = 1 - selected;
  user = await network.user(2, other);
  probe = await network.contract(user, "probe", address);
  await countRuns(1);
});
afterAll(() => network?.stop());

async function order(name: string, ...args: unknown[]): Promise<Task<unknown>> {
  const task = await probe.getFunction(name)(...args);
  ordered.push(task);
  return task;
}

const orderRuns = (count: number) => Promise.all(Array.from({ length: count }, () => order("countRun")));

/** Waits for tasks that count; each must have counted on from what was there, none twice and none lost. */
async function expectCounted(tasks: readonly Task<unknown>[]): Promise<void> {
  const receipts = await Promise.all(tasks.map((task) => task.wait()));
  const results = receipts.map(({ result }) => result as bigint).sort((one, two) => Number(one - two));
  expect(results).toEqual(tasks.map((_, index) => counted + 1n + BigInt(index)));
  counted += BigInt(tasks.length);
}

async function countRuns(count: number): Promise<void> {
  await expectCounted(await orderRuns(count));
}

async function killEnclave(worker: number): Promise<void> {
  const enclave = await network.worker(worker).enclave();
  process.kill(enclave.pid as number, "SIGKILL");
  await enclave.closed;
}

/** Every task is settled once, and every unit of ENG is where it belongs. */
async function expectNothingLost(): Promise<void> {
  const settlements = await network.settlements();
  for (const { id } of ordered) expect([id, settlements.get(id)]).toEqual([id, 1]);
  const { held, owed } = await network.funds();
  expect(owed).toBe(held);
}

describe("a task waits and completes", () => {
  afterEach(expectNothingLost);

  it("when the worker that serves its contract is down as it arrives", async () => {
    await network.worker(selected).stop();
    const tasks = await orderRuns(3);
    expect(tasks.map(({ worker }) => worker)).toEqual(tasks.map(() => network.worker(selected).address));
    expect(tasks.map(({ status }) => status)).toEqual(tasks.map(() => "accepted"));
    await network.local.restartWorker(selected);
    await expectCounted(tasks);
  });

  it("when the principal is down as it arrives, and the worker's enclave has lost its keys", async () => {
    await network.local.principal.stop();
    await killEnclave(selected);
    const tasks = await orderRuns(2);
    await network.local.restartPrincipal();
    await expectCounted(tasks);
  });

  it("when the process of the enclave is killed in the middle of it", async () => {
    const loop = order("loopForever", { gasLimit: LONG, gasPrice: 1n });
    const { taskId } = await network.events.next("task-started");
    await killEnclave(selected);
    const endless = await loop;
    expect(endless.id).toBe(taskId);
    expect(network.events.of("task-executed").filter((event) => event.taskId === taskId)).toEqual([]);
    await expect(endless.wait()).rejects.toMatchObject({ code: "out-of-gas", data: { gasUsed: LONG } });
    await countRuns(1);
  });

  it("when the process of the enclave is killed in the middle of many", async () => {
    const tasks = orderRuns(TASKS);
    await network.events.next("task-started");
    await killEnclave(selected);
    await expectCounted(await tasks);
  });

  it("when the enclaves of both workers and of the principal's are killed at once", async () => {
    const tasks = orderRuns(TASKS);
    await network.events.next("task-executed");
    await Promise.all([killEnclave(selected), killEnclave(other)]);
    await expectCounted(await tasks);
  });
});

describe("nothing is lost and nothing done twice", () => {
  afterEach(expectNothingLost);

  it("when the worker restarts in the middle of many tasks", async () => {
    const tasks = orderRuns(TASKS);
    await network.events.next("task-executed");
    await network.local.restartWorker(selected);
    await expectCounted(await tasks);
  });

  it("when the user's gateway restarts in the middle of many tasks", async () => {
    const tasks = orderRuns(TASKS);
    await network.events.next("task-received", ({ source }) => source === "user");
    await network.local.restartWorker(other);
    await expectCounted(await tasks);
  });

  it("when the principal restarts in the middle of many tasks", async () => {
    const { signer } = network.local.principal;
    const tasks = orderRuns(TASKS);
    await network.events.next("task-started");
    await network.local.restartPrincipal();
    expect(network.local.principal.signer).toBe(signer);
    await expectCounted(await tasks);
  });

  it("when worker, gateway and principal restart at once in the middle of many tasks", async () => {
    const tasks = orderRuns(TASKS);
    await network.events.next("task-executed");
    const { local } = network;
    await Promise.all([local.restartWorker(selected), local.restartWorker(other), local.restartPrincipal()]);
    await expectCounted(await tasks);
  });
});

describe("while the principal is down", () => {
  it("a new contract is refused before anybody pays, and deployed once it is back", async () => {
    const balance = await user.balance();
    await network.local.principal.stop();
    await expect(network.deploy(user, "millionaires")).rejects.toMatchObject({ code: "principal-unreachable" });
    expect(await user.balance()).toBe(balance);
    await network.local.restartPrincipal();
    const millionaires = await network.deploy(user, "millionaires");
    await (await millionaires.getFunction("addMillionaire")(5n)).wait();
    await expectNothingLost();
  });
});
