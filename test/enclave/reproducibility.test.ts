import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EnclaveTask, TaskExecution, WorkerEnclave } from "../../host/enclave/enclave-client.ts";
import { address, type Hash, ZERO_HASH } from "../../host/protocol/hex.ts";
import type { LogEntry } from "../../host/protocol/log-entry.ts";
import { EnclaveNetwork } from "./enclave-network.ts";
import { builtContract, SecretUser, type UserTask } from "./secret-user.ts";

const EPOCH = 1n;
const CONTRACT = address(`0x${"c0".repeat(20)}`);

const probe = builtContract("probe");
let network: EnclaveNetwork;
let first: WorkerEnclave;
let second: WorkerEnclave;
let user: SecretUser;

/** Gives a worker all it needs to execute tasks of the contract but the log. */
async function equip(worker: WorkerEnclave): Promise<void> {
  await network.grantKeys(worker, CONTRACT, user.codeHash, EPOCH);
  await worker.loadModule({ module: probe.module, rules: 1 });
}

type Executed = Extract<TaskExecution, { receipt: unknown }>;

async function executeAll(worker: WorkerEnclave, tasks: readonly EnclaveTask[]): Promise<Executed[]> {
  const results = await worker.executeTasks({ epoch: EPOCH, tasks });
  return results.map((result) => {
    if ("error" in result) throw result.error;
    return result;
  });
}

/** What of an execution must not depend on the enclave: everything but its signature and what it sealed to itself. */
async function publicPart(worker: WorkerEnclave, { receipt, logs, effects, sealedOutput }: Executed) {
  const { output } = await worker.releaseOutput({ sealedOutput, outcome: receipt.status });
  return { receipt, logs, effects, output };
}

function tasks(): UserTask[] {
  return [
    user.deploy(["bytes", "bytes"], ["0x01", "0x02"]),
    user.call(probe.abi, "writeLine", ["a line"]),
    user.call(probe.abi, "randomBytes", [100]),
    user.call(probe.abi, "deny", [5n]),
    user.call(probe.abi, "loopForever"),
    user.call(probe.abi, "storeLarge", [20_000]),
    user.call(probe.abi, "entries"),
    user.call(probe.abi, "remove", ["0x01"]),
    user.call(probe.abi, "gasLeft"),
  ];
}

beforeAll(async () => {
  network = await EnclaveNetwork.start();
  [first, second] = await Promise.all([network.worker("first"), network.worker("second")]);
  await network.select(first, EPOCH);
  user = await SecretUser.of(network.principal, CONTRACT, probe.module);
  await equip(first);
  await network.select(second, 2n);
  await equip(second);
});
afterAll(() => network?.close());

describe("two enclaves with the same contract keys", () => {
  let batch: UserTask[];
  let entries: LogEntry[];
  let results: Awaited<ReturnType<typeof publicPart>>[];

  it("give the same receipts, entries and outputs for the same tasks, byte for byte", async () => {
    batch = tasks();
    const executed = await executeAll(first, batch);
    const again = await executeAll(second, batch);
    results = await Promise.all(executed.map((result) => publicPart(first, result)));
    expect(await Promise.all(again.map((result) => publicPart(second, result)))).toEqual(results);
    expect(again.map(({ signature }) => signature)).not.toEqual(executed.map(({ signature }) => signature));
    entries = results.flatMap(({ logs }) => logs.flatMap((log) => log.entries));
    expect(entries).toHaveLength(7);
  });

  it("do not open each other's sealed outputs", async () => {
    const [task] = [user.call(probe.abi, "nothing")];
    const [executed] = await executeAll(first, [task as UserTask]);
    const { sealedOutput } = executed as Executed;
    await expect(second.releaseOutput({ sealedOutput, outcome: 1 })).rejects.toMatchObject({
      code: "sealed-output-altered",
    });
    await first.settle({ group: CONTRACT, taskId: (task as UserTask).taskId, committed: false });
  });

  it("come to the same state from the log alone, in one piece or in several", async () => {
    const joining = await network.worker("joining");
    await network.select(joining, 3n);
    await equip(joining);
    const { tip, length } = await first.contractState({ secretContract: CONTRACT });
    const log = { secretContract: CONTRACT, codeHash: user.codeHash, group: CONTRACT, stateBefore: ZERO_HASH };
    const middle = results.find(({ logs }) => logs[0]?.entries.at(-1)?.index === 2n)?.receipt.moves[0]?.stateAfter;
    await joining.loadLog({ ...log, entries: entries.slice(0, 3), expectedTip: middle as Hash });
    expect(
      await joining.loadLog({ ...log, stateBefore: middle as Hash, entries: entries.slice(3), expectedTip: tip }),
    ).toEqual({ tip, length });
    expect(await joining.loadLog({ ...log, entries, expectedTip: tip })).toEqual({ tip, length });
    const next = user.call(probe.abi, "entries");
    const [expected] = await executeAll(first, [next]);
    const [joined] = await executeAll(joining, [next]);
    expect(await publicPart(joining, joined as Executed)).toEqual(await publicPart(first, expected as Executed));
    for (const worker of [first, joining]) {
      await worker.settle({ group: CONTRACT, taskId: next.taskId, committed: false });
    }
  });

  it("refuse a log with an entry altered, left out, or that ends elsewhere, and keep what they have", async () => {
    const settled = batch.at(-1) as UserTask;
    await second.settle({ group: CONTRACT, taskId: settled.taskId, committed: true });
    const before = await second.contractState({ secretContract: CONTRACT });
    expect(before.pending).toBe(0n);
    const log = {
      secretContract: CONTRACT,
      codeHash: user.codeHash,
      group: CONTRACT,
      stateBefore: ZERO_HASH,
      expectedTip: before.tip,
    };
    const altered = entries.map((entry, index) =>
      index === 1 ? { ...entry, ciphertext: entry.ciphertext.map((byte) => byte ^ 1) } : entry,
    );
    const gap = entries.filter((_, index) => index !== 1);
    const attempts: [LogEntry[], string][] = [
      [altered, "log-tip-differs"],
      [gap, "log-gap"],
      [entries.slice(0, 2), "log-tip-differs"],
    ];
    for (const [attempt, code] of attempts) {
      await expect(second.loadLog({ ...log, entries: attempt })).rejects.toMatchObject({ code });
      expect(await second.contractState({ secretContract: CONTRACT })).toEqual(before);
    }
  });

  it("give the same bytes after one of them was killed in the middle of a task", async () => {
    await first.settle({ group: CONTRACT, taskId: (batch.at(-1) as UserTask).taskId, committed: true });
    const { tip } = await first.contractState({ secretContract: CONTRACT });
    const next = user.call(probe.abi, "countRun");
    const endless = user.call(probe.abi, "loopForever", [], { gasLimit: 1n << 50n });
    const lost = first.executeTasks({ epoch: EPOCH, tasks: [next, endless] });
    process.kill(first.pid as number, "SIGKILL");
    await expect(lost).rejects.toMatchObject({ code: "enclave-gone" });

    const signer = first.identity.signer;
    first = await network.worker("first");
    expect(first.identity).toMatchObject({ created: false, signer });
    await network.select(first, 4n);
    await equip(first);
    await first.loadLog({
      secretContract: CONTRACT,
      codeHash: user.codeHash,
      group: CONTRACT,
      stateBefore: ZERO_HASH,
      entries,
      expectedTip: tip,
    });
    const [again] = await executeAll(first, [next]);
    const [other] = await executeAll(second, [next]);
    expect(await publicPart(first, again as Executed)).toEqual(await publicPart(second, other as Executed));
  });
});
