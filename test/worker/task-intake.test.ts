/** How tasks come in, with every other part of the worker made up: what must hold while checks are under way. */
import { getEventListeners } from "node:events";
import { describe, expect, test } from "vitest";
import type { Clock } from "../../host/protocol/clock.ts";
import { type Hash, ZERO_HASH } from "../../host/protocol/hex.ts";
import { silentLogger } from "../../host/protocol/logger.ts";
import { encodeTaskRecord } from "../../host/protocol/task-record.ts";
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
  recordHash: ZERO_HASH,
  input,
  userKey,
  group: record.secretContract,
};

/** An intake whose checks end when they are told to, on a clock that is turned by hand. */
class Intake {
  readonly executed: Hash[] = [];
  readonly settled = new Set<Hash>();
  readonly stopping = new AbortController();
  readonly intake: TaskIntake;
  passCheck: () => void = () => {};
  nextTurn: () => void = () => {};

  constructor() {
    const chain = { selectedWorker: () => worker } as unknown as TaskIntakeOptions["chain"];
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
      store: { tasks: { add: async () => {} } },
      book: { advance: () => {} },
      admission: {
        taskIdOf: () => task.taskId,
        check: () => checked.then(() => task),
        checkModule: async () => {},
      },
      executor: { add: ({ taskId }: OpenTask) => this.executed.push(taskId) },
      p2p: { publishTask: async () => 0 },
    } as unknown as Pick<TaskIntakeOptions, "store" | "book" | "admission" | "executor" | "p2p">;
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
    expect(each.executed).toEqual([task.taskId]);
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

test("an intake that has run for long waits for the end of the worker no more often than at first", () => {
  const each = new Intake();
  const before = getEventListeners(each.stopping.signal, "abort").length;
  for (let turns = 0; turns < 20; turns += 1) each.nextTurn();
  expect(getEventListeners(each.stopping.signal, "abort")).toHaveLength(before);
});
