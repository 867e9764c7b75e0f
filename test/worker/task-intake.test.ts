/** How tasks come in, with every other part of the worker made up: what must hold while checks are under way. */
import { getEventListeners } from "node:events";
import { describe, expect, test } from "vitest";
import type { Clock } from "../../host/protocol/clock.ts";
import type { Hash } from "../../host/protocol/hex.ts";
import { keccak } from "../../host/protocol/keccak.ts";
import { silentLogger } from "../../host/protocol/logger.ts";
import { encodeTaskRecord, recordHash, TASK_KIND } from "../../host/protocol/task-record.ts";
import { AwaitedModules } from "../../host/worker/awaited-modules.ts";
import type { OpenTask } from "../../host/worker/open-task.ts";
import { TaskIntake, type TaskIntakeOptions } from "../../host/worker/task-intake.ts";
import { TaskPool } from "../../host/worker/task-pool.ts";
import { a, h, sent } from "../rpc/fake-worker.ts";

const worker = a(7);
const { record, input, userKey } = sent;
const task: OpenTask = {
  taskId: h(1),
  record,
  recordBytes: encodeTaskRecord(record),
  recordHash: keccak(encodeTaskRecord(record)),
  input,
  userKey,
  group: record.secretContract,
  touches: [],
};

/** An intake whose checks end when they are told to, on a clock that is turned by hand. */
class Intake {
  readonly executed: Hash[] = [];
  readonly letGo: Hash[] = [];
  readonly settled = new Set<Hash>();
  /** What stands in the task's slot. */
  slot: Hash = task.recordHash;
  /** The task that passes the check. */
  task = task;
  isDeployed = true;
  readonly modules = new Set<Hash>();
  /** What storing a task does. */
  stored: () => void = () => {};
  readonly stopping = new AbortController();
  readonly intake: TaskIntake;
  passCheck: () => void = () => {};
  nextTurn: () => void = () => {};

  constructor() {
    const chain = {
      selectedWorker: () => worker,
      contractInfo: async () =>
        this.isDeployed ? { codeHash: record.codeHash, group: record.secretContract, rules: 1 } : undefined,
      view: { contract: { taskSlot: async () => this.slot } },
    } as unknown as TaskIntakeOptions["chain"];
    const clock: Clock = {
      now: () => 0,
      after: (_, action) => {
        this.nextTurn = action;
        return () => {};
      },
    };
    const checked = new Promise<void>((resolve) => {
      this.passCheck = resolve;
    });
    const parts = {
      store: {
        tasks: { add: async () => this.stored() },
        modules: { has: (codeHash: Hash) => this.modules.has(codeHash) },
      },
      awaitedModules: new AwaitedModules({
        modules: { find: async (codeHash) => (this.modules.has(codeHash) ? new Uint8Array() : undefined) },
        isWanted: () => true,
        clock,
        log: silentLogger,
        signal: this.stopping.signal,
      }),
      book: { advance: () => {} },
      admission: {
        taskIdOf: () => task.taskId,
        check: () => checked.then(() => this.task),
        checkModule: async () => {},
      },
      executor: {
        add: ({ recordHash }: OpenTask) => this.executed.push(recordHash),
        letGo: async ({ recordHash }: OpenTask) => this.letGo.push(recordHash),
      },
      p2p: { publishTask: async () => 0 },
    } as unknown as Pick<TaskIntakeOptions, "store" | "book" | "admission" | "executor" | "awaitedModules" | "p2p">;
    this.intake = new TaskIntake({
      ...parts,
      worker,
      chain,
      pool: new TaskPool(chain),
      isSettled: (taskId) => this.settled.has(taskId),
      clock,
      log: silentLogger,
      observe: () => {},
      signal: this.stopping.signal,
    });
  }
}

describe("a task that is being checked", () => {
  test("is executed when it passes", async () => {
    const each = new Intake();
    each.passCheck();
    expect(await each.intake.fromUser(sent)).toEqual({ taskId: task.taskId, worker });
    expect(each.executed).toEqual([task.recordHash]);
  });

  test("is not taken from its user any more when it has ended meanwhile", async () => {
    const each = new Intake();
    const taken = each.intake.fromUser(sent);
    each.settled.add(task.taskId);
    each.passCheck();
    await expect(taken).rejects.toMatchObject({ code: "task-already-settled" });
    expect(each.executed).toEqual([]);
  });

  test("is not taken from a peer any more when it has ended meanwhile", async () => {
    const each = new Intake();
    const taken = each.intake.fromGossip({ record: task.recordBytes, input, userKey });
    each.settled.add(task.taskId);
    each.passCheck();
    expect(await taken).toBe("ignore");
    expect(each.executed).toEqual([]);
  });
});

describe("a task whose input stands beside its record", () => {
  test("is executed without being sent, once", async () => {
    const each = new Intake();
    each.intake.fromRecord(task.taskId, record, { input, userKey });
    await each.intake.idle();
    each.intake.fromRecord(task.taskId, record, { input, userKey });
    await each.intake.idle();
    expect(each.executed).toEqual([task.recordHash]);
  });

  test("is not executed where the chain says that it has ended, in a block that is still to be read", async () => {
    const each = new Intake();
    each.slot = h(99);
    each.intake.fromRecord(task.taskId, record, { input, userKey });
    await each.intake.idle();
    expect(each.executed).toEqual([]);
  });
});

describe("a posted task that could not be taken at first", () => {
  /** Lets what is under way go on, and the pause end. */
  async function again(each: Intake): Promise<void> {
    for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
    each.nextTurn();
    for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
  }

  test("since its contract was not there yet is taken as soon as it is", async () => {
    const each = new Intake();
    each.isDeployed = false;
    each.intake.fromRecord(task.taskId, record, { input, userKey });
    await again(each);
    expect(each.executed).toEqual([]);
    each.isDeployed = true;
    await again(each);
    await each.intake.idle();
    expect(each.executed).toEqual([task.recordHash]);
  });

  test("since it could not be stored is stored by the time that the block counts as taken in", async () => {
    const each = new Intake();
    const writes = ["failed", "stored"];
    each.stored = () => {
      if (writes.shift() === "failed") throw new Error("no space");
    };
    each.intake.fromRecord(task.taskId, record, { input, userKey });
    await again(each);
    await each.intake.idle();
    expect(writes).toEqual([]);
    expect(each.executed).toEqual([task.recordHash]);
  });

  test("is left alone when the slot holds something else", async () => {
    const each = new Intake();
    each.isDeployed = false;
    each.intake.fromRecord(task.taskId, record, { input, userKey });
    await again(each);
    each.slot = h(99);
    await again(each);
    await each.intake.idle();
    expect(each.executed).toEqual([]);
  });
});

test("a gossiped deployment whose module nobody has gets into no lane before the module is there", async () => {
  const each = new Intake();
  each.task = { ...task, record: { ...record, kind: TASK_KIND.deploy } };
  each.passCheck();
  expect(await each.intake.fromGossip({ record: task.recordBytes, input, userKey })).toBe("accept");
  for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
  expect(each.executed).toEqual([]);
  each.modules.add(record.codeHash);
  each.nextTurn();
  for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
  expect(each.executed).toEqual([task.recordHash]);
});

test("a task whose record is mined again takes the place of the one that was taken before", async () => {
  const each = new Intake();
  each.passCheck();
  await each.intake.fromUser(sent);
  const again = { ...record, blockNumber: record.blockNumber + 1n };
  each.slot = recordHash(again);
  each.intake.fromRecord(task.taskId, again, { input, userKey });
  await each.intake.idle();
  expect(each.letGo).toEqual([task.recordHash]);
  expect(each.executed).toEqual([task.recordHash, recordHash(again)]);
});

test("an intake that has run for long waits for the end of the worker no more often than at first", () => {
  const each = new Intake();
  const before = getEventListeners(each.stopping.signal, "abort").length;
  for (let turns = 0; turns < 20; turns += 1) each.nextTurn();
  expect(getEventListeners(each.stopping.signal, "abort")).toHaveLength(before);
});
