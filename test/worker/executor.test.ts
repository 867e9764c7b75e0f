/** What an executor does with results that come too late, with every other part made up. */
import { expect, test } from "vitest";
import type { TaskExecution } from "../../host/enclave/enclave-client.ts";
import type { Hash } from "../../host/protocol/hex.ts";
import { silentLogger } from "../../host/protocol/logger.ts";
import type { Receipt } from "../../host/protocol/receipt.ts";
import { encodeTaskRecord } from "../../host/protocol/task-record.ts";
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

function execution(taskId: Hash): TaskExecution {
  const receipt: Receipt = {
    ...{ taskId, recordHash: taskId, epoch: 1n, outputHash: h(3), gasUsed: 1n, effectsHash: h(0), status: 2 },
    moves: [{ secretContract, stateBefore: h(0), stateAfter: h(0) }],
  };
  return { taskId, receipt, signature: new Uint8Array(65), logs: [], effects: [], sealedOutput: new Uint8Array(1) };
}

/** The clock's `after` without the wait. */
function atOnce(_milliseconds: number, action: () => void): () => void {
  const immediate = setImmediate(action);
  return () => clearImmediate(immediate);
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
  const executor = new Executor({
    ...parts,
    worker: a(7),
    batchSize: 1,
    isOpen: ({ taskId }) => open.has(taskId),
    onExecuted(executed) {
      committed.push(...executed.map(({ task }) => task.taskId));
      if (committed.includes(next.taskId)) resolve();
    },
    log: silentLogger,
    observe: () => {},
    signal: new AbortController().signal,
  });
  executor.add(ended);
  executor.add(next);
  await done;
  expect(committed).toEqual([next.taskId]);
  expect(executor.unsettled(ended.taskId)).toBeUndefined();
});
