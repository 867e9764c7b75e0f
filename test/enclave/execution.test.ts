import { readFileSync } from "node:fs";
import { parse } from "@bytecodealliance/jco";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TaskExecution, WorkerEnclave } from "../../host/enclave/enclave-client.ts";
import type { Ending } from "../../host/protocol/ending.ts";
import { address, hash, ZERO_HASH } from "../../host/protocol/hex.ts";
import { keccak } from "../../host/protocol/keccak.ts";
import { intrinsicGas } from "../../host/protocol/limits.ts";
import { nextStateHash } from "../../host/protocol/log-entry.ts";
import { recoverReceiptSigner } from "../../host/protocol/receipt.ts";
import { recordHash } from "../../host/protocol/task-record.ts";
import { EnclaveNetwork, NETWORK } from "./enclave-network.ts";
import { builtContract, SecretUser, type UserTask } from "./secret-user.ts";

const EPOCH = 1n;
const CONTRACT = address(`0x${"c0".repeat(20)}`);

type Executed = Extract<TaskExecution, { receipt: unknown }>;

const probe = builtContract("probe");
let network: EnclaveNetwork;
let worker: WorkerEnclave;
let user: SecretUser;

async function execute(task: UserTask): Promise<Executed> {
  const [result] = await worker.executeTasks({ epoch: EPOCH, tasks: [task] });
  if (result === undefined || "error" in result) throw result?.error ?? new Error("no result");
  return result;
}

/** Executes, settles as the receipt says, and reads the released output. */
async function settle(task: UserTask): Promise<Executed & { ending: Ending; output: Uint8Array }> {
  const executed = await execute(task);
  const { status } = executed.receipt;
  await worker.settle({ group: task.group, taskId: task.taskId, committed: status === 1 });
  const { output } = await worker.releaseOutput({ sealedOutput: executed.sealedOutput, outcome: status });
  return { ...executed, output, ending: task.read(output) };
}

beforeAll(async () => {
  network = await EnclaveNetwork.start();
  worker = await network.worker("worker");
  await network.select(worker, EPOCH);
  user = await SecretUser.of(network.principal, CONTRACT, probe.module);
  await network.grantKeys(worker, CONTRACT, user.codeHash, EPOCH);
  await worker.loadModule({ module: probe.module, rules: 1 });
  const { ending } = await settle(user.deploy(["bytes", "bytes"], ["0x01", "0x02"]));
  expect(ending.name).toBe("returned");
});
afterAll(() => network?.close());

describe("a task that returns", () => {
  it("gives a receipt that chains the log, signed by the enclave, and an output that only its user reads", async () => {
    const before = await worker.contractState({ secretContract: CONTRACT });
    const task = user.call(probe.abi, "echoString", ["the answer"]);
    const { receipt, signature, logs, ending, output } = await settle(task);
    expect(ending).toMatchObject({ name: "returned" });
    expect(probe.abi.decodeFunctionResult("echoString", (ending as { result: Uint8Array }).result)[0]).toBe(
      "the answer",
    );
    expect(recoverReceiptSigner(NETWORK, receipt, signature)).toBe(worker.identity.signer);
    expect(receipt).toMatchObject({
      taskId: task.taskId,
      recordHash: recordHash(task.fields),
      epoch: EPOCH,
      outputHash: keccak(output),
      effectsHash: ZERO_HASH,
      status: 1,
    });
    const [entry] = logs[0]?.entries ?? [];
    expect(logs).toEqual([{ secretContract: CONTRACT, entries: [entry] }]);
    expect(entry).toMatchObject({ index: before.length, kind: 1, taskId: task.taskId, epoch: EPOCH });
    expect(receipt.moves).toEqual([
      { secretContract: CONTRACT, stateBefore: before.tip, stateAfter: nextStateHash(before.tip, entry as never) },
    ]);
    expect(await worker.contractState({ secretContract: CONTRACT })).toEqual({
      tip: receipt.moves[0]?.stateAfter,
      length: before.length + 1n,
      pending: 0n,
    });
  });

  it("sees the facts of its record", async () => {
    const task = user.call(probe.abi, "facts");
    const { ending } = await settle(task);
    const [facts] = probe.abi.decodeFunctionResult("facts", (ending as { result: Uint8Array }).result);
    expect(facts.toObject()).toMatchObject({
      taskId: task.taskId,
      epoch: EPOCH,
      blockNumber: task.fields.blockNumber,
      timestamp: task.fields.timestamp,
    });
    expect([facts.sender.toLowerCase(), facts.selfAddress.toLowerCase()]).toEqual([task.fields.sender, CONTRACT]);
  });

  it("builds on what earlier tasks stored", async () => {
    await settle(user.call(probe.abi, "set", ["0xaa", "0xbb"]));
    const { ending } = await settle(user.call(probe.abi, "get", ["0xaa"]));
    const [found, value] = probe.abi.decodeFunctionResult("get", (ending as { result: Uint8Array }).result);
    expect([found, value]).toEqual([true, "0xbb"]);
  });
});

describe("a task that fails", () => {
  const flipped = (input: Uint8Array) => input.map((byte, index) => (index === 40 ? byte ^ 1 : byte));
  const intrinsic = (task: UserTask) => intrinsicGas(task.input.length, 0);
  const cases: [string, () => UserTask, object][] = [
    ["reverted", () => user.call(probe.abi, "deny", [7n]), { name: "reverted" }],
    [
      "panicked",
      () => user.call(probe.abi, "panic", ["no such luck"]),
      { name: "panicked", message: expect.stringContaining("no such luck") },
    ],
    ["out-of-gas", () => user.call(probe.abi, "loopForever"), { name: "out-of-gas" }],
    [
      "out-of-memory",
      () => user.call(probe.abi, "exhaustMemory", [], { gasLimit: 1_000_000_000n }),
      { name: "out-of-memory" },
    ],
    [
      "stack-overflow",
      () => user.call(probe.abi, "recurse", [1_000_000n], { gasLimit: 1_000_000_000n }),
      { name: "stack-overflow" },
    ],
    ["bad-ciphertext", () => user.call(probe.abi, "nothing", [], { alter: flipped }), { name: "bad-ciphertext" }],
  ];

  it.each(cases)("as %s is told apart, moves nothing and leaves nothing pending", async (name, make, expected) => {
    const before = await worker.contractState({ secretContract: CONTRACT });
    const task = make();
    const { receipt, logs, effects, ending } = await settle(task);
    expect(ending).toMatchObject(expected);
    expect(receipt.status).toBe(2);
    expect([logs, effects]).toEqual([[], []]);
    expect(receipt.moves).toEqual([{ secretContract: CONTRACT, stateBefore: before.tip, stateAfter: before.tip }]);
    expect(await worker.contractState({ secretContract: CONTRACT })).toEqual(before);
    if (name === "out-of-gas") expect(receipt.gasUsed).toBe(task.fields.gasLimit);
    else if (name === "bad-ciphertext") expect(receipt.gasUsed).toBe(intrinsic(task));
    else expect(receipt.gasUsed).toBeGreaterThan(intrinsic(task));
    expect(receipt.gasUsed).toBeLessThanOrEqual(task.fields.gasLimit);
  });

  it("as trapped names the trap", async () => {
    const module = await parse(readFileSync(new URL("../vectors/engine/traps.wat", import.meta.url), "utf8"));
    const secretContract = address(`0x${"c4".repeat(20)}`);
    const trapper = await SecretUser.of(network.principal, secretContract, module);
    await network.grantKeys(worker, secretContract, trapper.codeHash, EPOCH);
    await worker.loadModule({ module, rules: 1 });
    await settle(trapper.deploy());
    const traps: unknown[] = [];
    for (const kind of [0, 1, 2, 5, 7, 8]) {
      const { ending, receipt } = await settle(trapper.send(Uint8Array.of(kind)));
      expect([ending.name, receipt.status]).toEqual(["trapped", 2]);
      traps.push((ending as Extract<Ending, { name: "trapped" }>).trap);
    }
    expect(traps).toEqual([
      "unreachable",
      "memory-out-of-bounds",
      "divide-by-zero",
      "integer-overflow",
      "table-out-of-bounds",
      "indirect-call-mismatch",
    ]);
  });

  it("for lack of the intrinsic gas is out of gas and uses all it has", async () => {
    const task = user.call(probe.abi, "nothing", [], { gasLimit: 10_000n });
    const { receipt, ending } = await settle(task);
    expect(ending.name).toBe("out-of-gas");
    expect(receipt.gasUsed).toBe(10_000n);
  });

  it("for an unusable user key has an empty output and pays the intrinsic gas", async () => {
    const task = user.call(probe.abi, "nothing", [], { userKey: new Uint8Array(32) });
    const { receipt, sealedOutput } = await execute(task);
    expect(receipt).toMatchObject({ status: 2, outputHash: keccak(new Uint8Array()), gasUsed: intrinsic(task) });
    expect((await worker.releaseOutput({ sealedOutput, outcome: 2 })).output).toEqual(new Uint8Array());
  });

  it("as a refused module names the broken rule, and its deployment moves from nothing to nothing", async () => {
    const module = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
    const secretContract = address(`0x${"c1".repeat(20)}`);
    const author = await SecretUser.of(network.principal, secretContract, module);
    await network.grantKeys(worker, secretContract, author.codeHash, EPOCH);
    const refusal = await worker.loadModule({ module, rules: 1 }).catch((error) => error);
    const task = author.deploy();
    const { receipt, ending } = await settle(task);
    expect(ending).toEqual({ name: "module-refused", rule: refusal.code });
    expect(receipt.moves).toEqual([{ secretContract, stateBefore: ZERO_HASH, stateAfter: ZERO_HASH }]);
    expect(receipt.gasUsed).toBe(intrinsicGas(task.input.length, module.length));
  });

  it("as a deployment moves from nothing to nothing", async () => {
    const secretContract = address(`0x${"c2".repeat(20)}`);
    const author = await SecretUser.of(network.principal, secretContract, probe.module);
    await network.grantKeys(worker, secretContract, author.codeHash, EPOCH);
    const { receipt, ending } = await settle(author.deploy(["bytes", "bytes"], ["0x", "0x02"]));
    expect(ending.name).toBe("reverted");
    expect(receipt.moves).toEqual([{ secretContract, stateBefore: ZERO_HASH, stateAfter: ZERO_HASH }]);
  });
});

describe("a task that this node cannot execute", () => {
  it("gets an error of its own, and the others of its batch go on", async () => {
    const stranger = await SecretUser.of(network.principal, address(`0x${"c3".repeat(20)}`), probe.module);
    const tasks = [
      stranger.deploy(["bytes", "bytes"], ["0x01", "0x02"]),
      stranger.call(probe.abi, "nothing"),
      { ...user.call(probe.abi, "nothing"), input: new Uint8Array(64) },
      { ...user.call(probe.abi, "nothing"), record: new Uint8Array(480) },
      user.call(probe.abi, "nothing"),
    ];
    const results = await worker.executeTasks({ epoch: EPOCH, tasks });
    const codes = results.map((result) => ("error" in result ? result.error.code : "executed"));
    expect(codes).toEqual([
      "contract-keys-missing",
      "log-missing",
      "input-hash-differs",
      "record-malformed",
      "executed",
    ]);
    const missing = results[0] as Extract<TaskExecution, { error: unknown }>;
    expect(missing.error.data).toMatchObject({ epoch: 1 });
    await worker.settle({ group: CONTRACT, taskId: (tasks[4] as UserTask).taskId, committed: true });
  });

  it("because it is pending already is refused", async () => {
    const task = user.call(probe.abi, "countRun");
    await execute(task);
    await expect(execute(task)).rejects.toMatchObject({ code: "task-pending" });
    await worker.settle({ group: CONTRACT, taskId: task.taskId, committed: true });
  });
});

describe("settlement", () => {
  it("undoes a refused task and all that built on it", async () => {
    const before = await worker.contractState({ secretContract: CONTRACT });
    const [first, second] = [user.call(probe.abi, "countRun"), user.call(probe.abi, "countRun")];
    const once = await execute(first);
    await execute(second);
    expect((await worker.contractState({ secretContract: CONTRACT })).pending).toBe(2n);
    await worker.settle({ group: CONTRACT, taskId: first.taskId, committed: false });
    expect(await worker.contractState({ secretContract: CONTRACT })).toEqual(before);
    const again = await execute(first);
    expect(again).toEqual(once);
    await worker.settle({ group: CONTRACT, taskId: first.taskId, committed: true });
  });

  it("of a task that is not pending changes nothing", async () => {
    const before = await worker.contractState({ secretContract: CONTRACT });
    const taskId = hash(`0x${"99".repeat(32)}`);
    for (const committed of [true, false])
      expect(await worker.settle({ group: CONTRACT, taskId, committed })).toEqual({ tips: [] });
    expect(await worker.contractState({ secretContract: CONTRACT })).toEqual(before);
  });

  it("releases an output for the receipt's own outcome only", async () => {
    const { sealedOutput } = await settle(user.call(probe.abi, "nothing"));
    for (const outcome of [0, 2, 4]) {
      const released = worker.releaseOutput({ sealedOutput, outcome });
      await expect(released).rejects.toMatchObject({ code: "output-not-released" });
    }
  });
});

describe("a call on Ethereum that failed", () => {
  it("takes the output with it: nothing but that is told", async () => {
    const task = user.call(probe.abi, "nothing");
    const { sealedOutput } = await execute(task);
    await worker.settle({ group: CONTRACT, taskId: task.taskId, committed: false });
    expect((await worker.releaseOutput({ sealedOutput, outcome: 3 })).output).toEqual(new Uint8Array());
  });

  it("can befall no task that failed by itself", async () => {
    const { sealedOutput } = await execute(user.call(probe.abi, "deny", [7n]));
    await expect(worker.releaseOutput({ sealedOutput, outcome: 3 })).rejects.toMatchObject({
      code: "output-not-released",
    });
  });
});

describe("the debug package", () => {
  it("shows a developer the plaintext, the logs and the ending of a task", async () => {
    const task = user.call(probe.abi, "log", ["only for developers"]);
    await settle(task);
    const seen = await worker.inspect({ taskId: task.taskId });
    expect(seen).toMatchObject({ logs: ["only for developers"], ending: 0 });
    expect(seen.input).toEqual(task.plaintext);
  });
});
