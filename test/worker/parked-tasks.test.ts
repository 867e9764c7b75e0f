/** What one bad task must not do to the others of its group, with every part around the executor made up. */
import { expect, test } from "vitest";
import type { EnclaveTask, TaskExecution } from "../../host/enclave/enclave-client.ts";
import { EnigmaError } from "../../host/protocol/errors/enigma-error.ts";
import type { Hash } from "../../host/protocol/hex.ts";
import { silentLogger } from "../../host/protocol/logger.ts";
import type { Receipt } from "../../host/protocol/receipt.ts";
import { TASK_KIND, type TaskRecord } from "../../host/protocol/task-record.ts";
import { Executor, type ExecutorOptions } from "../../host/worker/executor.ts";
import { HeldStates } from "../../host/worker/held-states.ts";
import { Lane } from "../../host/worker/lane.ts";
import type { OpenTask } from "../../host/worker/open-task.ts";
import { a, h, sent } from "../rpc/fake-worker.ts";

const GROUP = a(100);

function openTask(index: number, changes: Partial<TaskRecord> = {}): OpenTask {
  const record = { ...sent.record, blockNumber: BigInt(index), ...changes };
  return {
    ...{ taskId: h(index), record, recordBytes: new Uint8Array([index]), recordHash: h(index) },
    ...{ input: sent.input, userKey: sent.userKey, group: GROUP, touches: [] },
  };
}

function execution(taskId: Hash): TaskExecution {
  const receipt: Receipt = {
    ...{ taskId, recordHash: taskId, epoch: 1n, outputHash: h(3), gasUsed: 1n, effectsHash: h(0), status: 1 },
    moves: [{ secretContract: a(2), stateBefore: h(0), stateAfter: taskId }],
  };
  return { taskId, receipt, signature: new Uint8Array(65), logs: [], effects: [], sealedOutput: new Uint8Array(1) };
}

/** A worker of one group on a clock that is turned by hand. */
class Worker {
  /** Numbers of the tasks of each ecall. */
  readonly batches: number[][] = [];
  readonly executed: number[] = [];
  readonly errors: string[] = [];
  /** What preparing a task fails with. */
  readonly unprepared = new Map<number, EnigmaError>();
  readonly prepared = new Set<number>();
  answer: (tasks: readonly number[]) => TaskExecution[] = (tasks) => tasks.map((task) => execution(h(task)));
  readonly executor: Executor;
  private timers: { at: number; action: () => void }[] = [];
  private time = 0;

  constructor(batchSize = 32) {
    const enclave = {
      executeTasks: async ({ tasks }: { tasks: readonly EnclaveTask[] }) => {
        const numbers = tasks.map(({ record }) => record[0] ?? 0);
        this.batches.push(numbers);
        return this.answer(numbers);
      },
      settle: async () => ({ tips: [] }),
      contractState: async () => ({ tip: h(0), length: 0n, pending: 0n }),
    };
    const parts = {
      link: { get: async () => enclave, generation: 1 },
      chain: { currentEpoch: { number: 1n }, selectedWorker: () => a(7), tip: async () => h(0) },
      modules: { forget: () => {} },
      preparation: {
        isReady: ({ recordBytes: [index = 0] }: OpenTask) => !this.unprepared.has(index),
        prepare: async ({ waiting: [first] }: Lane) => {
          throw this.unprepared.get(first?.recordBytes[0] ?? 0) ?? new EnigmaError("no-epoch");
        },
      },
      store: { atomically: async () => {} },
      book: { advance: () => {} },
      clock: {
        now: () => this.time,
        after: (milliseconds: number, action: () => void) => {
          this.timers.push({ at: this.time + milliseconds, action });
          return () => {};
        },
      },
    } as unknown as ExecutorOptions;
    this.executor = new Executor({
      ...parts,
      ...{ worker: a(7), held: new HeldStates({ generation: 1 }), batchSize, observe: () => {}, isOpen: () => true },
      log: { ...silentLogger, error: (message) => this.errors.push(message) },
      onExecuted: (executed) => this.executed.push(...executed.map(({ task }) => task.recordBytes[0] ?? 0)),
      signal: new AbortController().signal,
    });
  }

  /** Lets the time pass in which everything due happens, in order. */
  async pass(milliseconds: number): Promise<void> {
    const end = this.time + milliseconds;
    for (;;) {
      for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
      const next = this.timers.filter(({ at }) => at <= end).sort((one, other) => one.at - other.at)[0];
      if (next === undefined) break;
      this.timers = this.timers.filter((timer) => timer !== next);
      this.time = Math.max(this.time, next.at);
      next.action();
    }
    this.time = end;
  }
}

const missing = (codeHash: Hash): EnigmaError => new EnigmaError("module-missing", { data: { codeHash } });

test("a task whose module nobody has does not hold up the others of its group", async () => {
  const worker = new Worker();
  worker.unprepared.set(1, missing(h(3)));
  worker.executor.add(openTask(1));
  for (const index of [2, 3]) worker.executor.add(openTask(index, { codeHash: h(5) }));
  await worker.pass(0);
  expect(worker.executed).toEqual([2, 3]);
});

test("a parked task is tried again later, and at once when its module arrives", async () => {
  const later = new Worker();
  later.unprepared.set(1, missing(h(3)));
  later.executor.add(openTask(1));
  await later.pass(0);
  later.unprepared.clear();
  await later.pass(60_000);
  expect(later.executed).toEqual([1]);

  const arriving = new Worker();
  arriving.unprepared.set(1, missing(h(3)));
  arriving.executor.add(openTask(1));
  await arriving.pass(0);
  arriving.unprepared.clear();
  arriving.executor.moduleArrived(h(4));
  await arriving.pass(0);
  expect(arriving.executed).toEqual([]);
  arriving.executor.moduleArrived(h(3));
  await arriving.pass(0);
  expect(arriving.executed).toEqual([1]);
});

test("tasks that lack the same module are parked together and come back in their order", async () => {
  const worker = new Worker();
  for (const index of [1, 2, 3]) {
    worker.unprepared.set(index, missing(h(3)));
    worker.executor.add(openTask(index));
  }
  await worker.pass(0);
  worker.unprepared.clear();
  worker.executor.moduleArrived(h(3));
  await worker.pass(0);
  expect(worker.batches).toEqual([[1, 2, 3]]);
});

test("a parked task that is let go, or added again, is not executed twice or after its end", async () => {
  const worker = new Worker();
  worker.unprepared.set(1, missing(h(3)));
  worker.executor.add(openTask(1));
  await worker.pass(0);
  worker.executor.add(openTask(1));
  worker.unprepared.clear();
  await worker.pass(60_000);
  expect(worker.executed).toEqual([1]);
  worker.unprepared.set(2, missing(h(3)));
  worker.executor.add(openTask(2));
  await worker.pass(0);
  await worker.executor.letGo(openTask(2));
  worker.unprepared.clear();
  await worker.pass(120_000);
  expect(worker.executed).toEqual([1]);
});

test("a task for which alone the enclave gives an error is parked after a few repetitions", async () => {
  const worker = new Worker(1);
  worker.answer = ([task = 0]) =>
    task === 1 ? [{ taskId: h(1), error: new EnigmaError("module-not-loaded") }] : [execution(h(task))];
  for (const index of [1, 2]) worker.executor.add(openTask(index));
  await worker.pass(60_000);
  expect(worker.executed).toEqual([2]);
});

test("tasks that a full batch turned away go into the next one, in order, without a pause", async () => {
  const worker = new Worker();
  worker.answer = (tasks) =>
    tasks.map((task, at) => (at < 2 ? execution(h(task)) : { taskId: h(task), error: new EnigmaError("batch-full") }));
  for (const index of [1, 2, 3, 4, 5]) worker.executor.add(openTask(index));
  await worker.pass(0);
  expect(worker.executed).toEqual([1, 2, 3, 4, 5]);
  expect(worker.errors).toEqual([]);
});

test("a task that kills the enclave is found by halving, parked for long, and the others are executed", async () => {
  const worker = new Worker();
  worker.answer = (tasks) => {
    if (tasks.includes(7)) throw new EnigmaError("enclave-gone");
    return tasks.map((task) => execution(h(task)));
  };
  const tasks = Array.from({ length: 20 }, (_, index) => index + 1);
  for (const index of tasks) worker.executor.add(openTask(index));
  await worker.pass(10 * 60_000);
  expect(worker.executed).toEqual(tasks.filter((task) => task !== 7));
  const deadly = worker.batches.filter((batch) => batch.includes(7));
  expect(deadly.map((batch) => batch.length)).toEqual([20, 10, 5, 2, 1, 1, 1]);
  expect(worker.errors).toContain("task-kills-enclave");
});

test("tasks for which the worker answers with its stake do not wait behind others, but behind their sender's earlier ones", () => {
  const lane = new Lane(GROUP);
  const posted = { kind: TASK_KIND.posted };
  const others = openTask(1, { sender: a(8) });
  const own = openTask(2, { sender: a(9) });
  const later = openTask(3, { sender: a(8) });
  for (const task of [others, own, later]) lane.add(task);
  const first = openTask(5, { ...posted, sender: a(10) });
  const second = openTask(6, { ...posted, sender: a(11) });
  const behindOwn = openTask(4, { ...posted, sender: a(9) });
  for (const task of [second, first, behindOwn]) lane.add(task);
  expect(lane.waiting).toEqual([first, second, others, own, behindOwn, later]);
});
