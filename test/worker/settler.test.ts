/** What a worker keeps of tasks that end, with a real store and every other part made up. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { TaskSettled } from "../../host/ethereum/enigma-events.ts";
import { systemClock } from "../../host/protocol/clock.ts";
import { fromHex, type Hash } from "../../host/protocol/hex.ts";
import { keccak } from "../../host/protocol/keccak.ts";
import { EMPTY_STATE_HASH, type LogEntry, nextStateHash } from "../../host/protocol/log-entry.ts";
import { logEntryToCbor } from "../../host/protocol/log-entry-cbor.ts";
import { silentLogger } from "../../host/protocol/logger.ts";
import { encodeReceipt, type Receipt, receiptHash } from "../../host/protocol/receipt.ts";
import { encodeTaskRecord } from "../../host/protocol/task-record.ts";
import { Store } from "../../host/storage/store.ts";
import { HeldStates } from "../../host/worker/held-states.ts";
import type { OpenTask } from "../../host/worker/open-task.ts";
import { Settler, type SettlerOptions } from "../../host/worker/settler.ts";
import { a, h, sent } from "../rpc/fake-worker.ts";

const { record, input, userKey } = sent;
const { secretContract } = record;
const recordBytes = encodeTaskRecord(record);
const task: OpenTask = {
  ...{ taskId: h(1), record, recordBytes, recordHash: keccak(recordBytes), input, userKey },
  group: secretContract,
  touches: [],
};
const output = new Uint8Array([7, 8]);
const entry: LogEntry = { index: 0n, kind: 1, taskId: task.taskId, epoch: 1n, ciphertext: new Uint8Array([9]) };
const stateAfter = nextStateHash(EMPTY_STATE_HASH, entry);
const receipt: Receipt = {
  ...{ taskId: task.taskId, recordHash: task.recordHash, epoch: 1n, outputHash: keccak(output), gasUsed: 1n },
  moves: [{ secretContract, stateBefore: EMPTY_STATE_HASH, stateAfter }],
  ...{ effectsHash: h(0), status: 1 },
};
const prepared = {
  receipt: encodeReceipt(receipt),
  signature: new Uint8Array(65),
  sealedOutput: new Uint8Array([3]),
  logs: [{ secretContract: fromHex(secretContract, 20), entries: [logEntryToCbor(entry)] }],
  effects: [],
};

let folder: string;
let store: Store;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "enigma-settler-"));
  store = await Store.open(folder, { chainId: 1n, enigma: a(9) });
  await store.tasks.add(task.taskId, { record: recordBytes, input, userKey });
  await store.prepared.put(task.taskId, prepared);
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

function settledWith(hash: Hash, outcome = 1): TaskSettled {
  const place = { transactionHash: h(5), blockNumber: 3n, logIndex: 0 };
  const event = { name: "TaskSettled", taskId: task.taskId, secretContract, outcome, receiptHash: hash, ...place };
  return event as unknown as TaskSettled;
}

/** A settler of a worker whose lane has not executed the task (again); gives what was gossiped and said to the lane. */
function settlerAfterRestart(): { settler: Settler; published: Uint8Array[]; told: string[] } {
  const published: Uint8Array[] = [];
  const told: string[] = [];
  const enclave = {
    settle: async ({ committed }: { committed: boolean }) => {
      told.push(committed ? "made final" : "undone");
      return { tips: [] };
    },
    releaseOutput: async ({ outcome }: { outcome: number }) => ({ output: outcome === 3 ? new Uint8Array() : output }),
  };
  const parts = {
    link: { get: async () => enclave, generation: 1 },
    held: new HeldStates({ generation: 1 }),
    executor: {
      unsettled: () => undefined,
      settled: () => told.push("settled"),
      stateMoved: () => told.push("state moved"),
      letGo: async () => told.push("let go"),
    },
    pool: { get: () => task, remove: () => {}, workerOf: () => a(7) },
    book: { end: () => {}, update: () => undefined },
  } as unknown as Pick<SettlerOptions, "link" | "held" | "executor" | "pool" | "book">;
  const settler = new Settler({
    ...parts,
    worker: a(7),
    store,
    publish: (_, bytes) => published.push(bytes),
    onStored: () => {},
    clock: systemClock,
    log: silentLogger,
    observe: () => {},
  });
  return { settler, published, told };
}

describe("a receipt that was sent before a restart and settled after it", () => {
  test("gives the user the output, the contract its log entry, and the lane one task less", async () => {
    const { settler, published, told } = settlerAfterRestart();
    await settler.settled([settledWith(receiptHash(receipt))]);
    expect(store.results.get(task.taskId)?.output).toEqual(output);
    expect(store.log.tip(secretContract)).toEqual({ tip: stateAfter, length: 1 });
    expect(store.tasks.open()).toEqual([]);
    expect(published).toEqual([output]);
    expect(told).toEqual(["state moved", "made final", "settled"]);
  });

  test("is kept until its block is deep, for a chain that goes back and mines the same transaction again", async () => {
    const { settler } = settlerAfterRestart();
    await settler.settled([settledWith(receiptHash(receipt))]);
    await settler.forgetDeep(66n);
    expect(store.prepared.get(task.taskId)?.receipt).toEqual(prepared.receipt);
    await settlerAfterRestart().settler.forgetDeep(67n);
    expect(store.prepared.get(task.taskId)).toBeUndefined();
  });

  test("whose required call failed undoes the state, and gives the user an empty output", async () => {
    const { settler, published, told } = settlerAfterRestart();
    await settler.settled([settledWith(receiptHash(receipt), 3)]);
    expect(store.results.get(task.taskId)?.output).toEqual(new Uint8Array());
    expect(store.log.tip(secretContract)).toEqual({ tip: EMPTY_STATE_HASH, length: 0 });
    expect(store.settlements.get(task.taskId)?.outcome).toBe(3);
    expect(published).toEqual([new Uint8Array()]);
    expect(told).toEqual(["state moved", "undone", "settled"]);
  });

  test("is not this worker's where another receipt was settled", async () => {
    const { settler, published, told } = settlerAfterRestart();
    await settler.settled([settledWith(h(6))]);
    expect(store.results.has(task.taskId)).toBe(false);
    expect(store.log.tip(secretContract).length).toBe(0);
    expect(published).toEqual([]);
    expect(told).toEqual(["state moved", "let go"]);
  });
});
