/** What an executor does with results that come too late, with every other part made up. */
import { expect, test, vi } from "vitest";
import type { TaskExecution } from "../../host/enclave/enclave-client.ts";
import type { Hash } from "../../host/protocol/hex.ts";
import { silentLogger } from "../../host/protocol/logger.ts";
import type { Receipt } from "../../host/protocol/receipt.ts";
import { decodeTaskRecord, encodeTaskRecord, recordHash } from "../../host/protocol/task-record.ts";
import { Executor, type ExecutorOptions } from "../../host/worker/executor.ts";
import { HeldStates } from "../../host/worker/held-states.ts";
import type { OpenTask } from "../../host/worker/open-task.ts";
import { a, h, sent } from "../rpc/fake-worker.ts";

const { record, input, userKey } = sent;
const { secretContract } = record;

function openTask(taskId: Hash): OpenTask {
  const recordBytes = encodeTaskRecord(record);
  return { taskId, record, recordBytes, recordHash: taskId, input, userKey, group: secretContract, touches: [] };
}

function execution(taskId: Hash, status: 1 | 2 = 2): TaskExecution {
  const receipt: Receipt = {
    ...{ taskId, recordHash: taskId, epoch: 1n, outputHash: h(3), gasUsed: 1n, effectsHash: h(0), status },
    moves: [{ secretContract, stateBefore: h(0), stateAfter: h(0) }],
  };
  const logs = status === 1 ? [{ secretContract, entries: [] }] : [];
  return { taskId, receipt, signature: new Uint8Array(65), logs, effects: [], sealedOutput: new Uint8Array(1) };
}

/** The clock's `after` without the wait. */
function atOnce(_milliseconds: number, action: () => void): () => void {
  const immediate = setImmediate(action);
  return () => clearImmediate(immediate);
}

/** An executor of single tasks whose other parts have all that it needs. */
function executorWith(enclave: object, changes: Partial<ExecutorOptions> = {}): Executor {
  const parts = {
    link: { get: async () => enclave, generation: 1 },
    chain: { currentEpoch: { number: 1n }, selectedWorker: () => a(7), tip: async () => h(0) },
    preparation: { isReady: () => true },
    held: new HeldStates({ generation: 1 }),
    keys: {},
    modules: {},
    store: { atomically: async () => {} },
    book: { advance: () => {} },
    clock: { now: () => 0, after: atOnce },
  } as unknown as Pick<
    ExecutorOptions,
    "link" | "chain" | "preparation" | "held" | "keys" | "modules" | "store" | "book" | "clock"
  >;
  return new Executor({
    ...parts,
    worker: a(7),
    batchSize: 1,
    isOpen: () => true,
    onExecuted: () => {},
    log: silentLogger,
    observe: () => {},
    signal: new AbortController().signal,
    ...changes,
  });
}

test("a task that ended while it was executed is not committed, and its lane goes on with the next", async () => {
  const [ended, next] = [openTask(h(1)), openTask(h(2))];
  const open = new Set([ended.taskId, next.taskId]);
  const committed: Hash[] = [];
  const { promise: done, resolve } = Promise.withResolvers<void>();
  const enclave = {
    async executeTasks({ tasks }: { tasks: readonly unknown[] }) {
      // Its settlement is taken in before the enclave answers.
      const first = open.delete(ended.taskId);
      return tasks.length === 1 && first ? [execution(ended.taskId)] : [execution(next.taskId)];
    },
    contractState: async () => ({ tip: h(0), length: 0n, pending: 0n }),
  };
  const executor = executorWith(enclave, {
    isOpen: ({ taskId }) => open.has(taskId),
    onExecuted(executed) {
      committed.push(...executed.map(({ task }) => task.taskId));
      if (committed.includes(next.taskId)) resolve();
    },
  });
  executor.add(ended);
  executor.add(next);
  await done;
  expect(committed).toEqual([next.taskId]);
  expect(executor.unsettled(ended.taskId)).toBeUndefined();
});

/** A task with a record of its own. */
function ownTask(nonce: bigint): OpenTask {
  const own = { ...record, nonce };
  return { ...openTask(recordHash(own)), record: own, recordBytes: encodeTaskRecord(own) };
}

/** What a worker's enclave does with pending tasks; one ecall at a time, each when it is let. */
class PendingEnclave {
  readonly pending: Hash[] = [];
  /** Ecalls that wait; each may go on when it is called. */
  readonly held: (() => void)[] = [];
  holding = false;
  private last: Promise<void> = Promise.resolve();

  executeTasks({ tasks }: { tasks: readonly { record: Uint8Array }[] }): Promise<TaskExecution[]> {
    return this.inTurn(() =>
      tasks.map(({ record: bytes }) => {
        const taskId = recordHash(decodeTaskRecord(bytes));
        this.pending.push(taskId);
        return execution(taskId, 1);
      }),
    );
  }

  settle({ taskId, committed }: { taskId: Hash; committed: boolean }) {
    return this.inTurn(() => {
      const position = this.pending.indexOf(taskId);
      if (position === -1) return { tips: [] };
      this.pending.splice(committed ? 0 : position, committed ? position + 1 : this.pending.length);
      return { tips: [{ secretContract, tip: h(0) }] };
    });
  }

  contractState() {
    return this.inTurn(() => ({ tip: h(0), length: 0n, pending: BigInt(this.pending.length) }));
  }

  private inTurn<T>(work: () => T): Promise<T> {
    const allowed = this.holding ? new Promise<void>((resolve) => this.held.push(resolve)) : Promise.resolve();
    const answer = this.last.then(() => allowed).then(work);
    this.last = answer.then(() => {});
    return answer;
  }
}

test("what is in the enclave while a receipt's execution is undone is undone with it, and nothing stays pending there", async () => {
  const enclave = new PendingEnclave();
  const executor = executorWith(enclave);
  const tasks = [1n, 2n, 3n].map(ownTask);
  const [refused, onTop, later] = tasks as [OpenTask, OpenTask, OpenTask];
  executor.add(refused);
  await executor.idle();
  enclave.holding = true;
  executor.add(onTop);
  await vi.waitFor(() => expect(enclave.held).toHaveLength(1));
  const undoing = executor.undo(new Set([refused.taskId]));
  enclave.holding = false;
  for (const goOn of enclave.held) goOn();
  expect(await undoing).toEqual(new Set([refused.taskId, onTop.taskId]));
  executor.add(later);
  // All of them are executed again, in one order here and in the enclave.
  await vi.waitFor(() => expect(enclave.pending).toHaveLength(3));
  await vi.waitFor(() => expect(tasks.filter(({ taskId }) => executor.unsettled(taskId))).toHaveLength(3));
  await executor.undo(new Set(tasks.map(({ taskId }) => taskId)));
  await executor.idle();
  expect(enclave.pending.filter((taskId) => executor.unsettled(taskId) === undefined)).toEqual([]);
});

test("a refused receipt that the enclave holds no more takes those behind it along all the same", async () => {
  const enclave = new PendingEnclave();
  const executor = executorWith(enclave);
  const tasks = [1n, 2n].map(ownTask);
  for (const task of tasks) executor.add(task);
  await vi.waitFor(() => expect(tasks.filter(({ taskId }) => executor.unsettled(taskId))).toHaveLength(2));
  const [first, second] = tasks as [OpenTask, OpenTask];
  enclave.pending.shift();
  await executor.undo(new Set([first.taskId]));
  await vi.waitFor(() => expect(enclave.pending).toEqual([first.taskId, second.taskId]));
});
