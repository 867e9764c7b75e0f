/** What a restart takes up again, with a real store and a chain that the test makes up. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { systemClock } from "../../host/protocol/clock.ts";
import { type Hash, ZERO_HASH } from "../../host/protocol/hex.ts";
import { keccak } from "../../host/protocol/keccak.ts";
import { silentLogger } from "../../host/protocol/logger.ts";
import { encodeTaskRecord } from "../../host/protocol/task-record.ts";
import { Store } from "../../host/storage/store.ts";
import type { OpenTask } from "../../host/worker/open-task.ts";
import { type RecoveryOptions, resumeOpenTasks } from "../../host/worker/worker-recovery.ts";
import { a, h, sent } from "../rpc/fake-worker.ts";

const recordBytes = encodeTaskRecord(sent.record);
let folder: string;
let store: Store;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "enigma-recovery-"));
  store = await Store.open(folder, { chainId: 1n, enigma: a(9) });
  await store.tasks.add(h(1), { record: recordBytes, input: sent.input, userKey: sent.userKey });
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

/** Restarts with one open task, on a chain where its slot holds `slot`; gives the tasks that were resumed. */
async function resumed(slot: Hash, isDeployed: boolean): Promise<Hash[]> {
  const tasks: Hash[] = [];
  const info = { codeHash: sent.record.codeHash, group: sent.record.secretContract, rules: 1 };
  const parts = {
    chain: {
      view: { contract: { taskSlot: async () => slot } },
      contractInfo: async () => (isDeployed ? info : undefined),
      rememberRecord: () => {},
    },
    intake: { resume: ({ taskId }: OpenTask) => tasks.push(taskId) },
    executor: {},
    settler: { settlement: () => undefined },
  } as unknown as Omit<RecoveryOptions, "store" | "clock" | "log" | "signal">;
  const { signal } = new AbortController();
  await resumeOpenTasks({ ...parts, store, clock: systemClock, log: silentLogger, signal });
  return tasks;
}

test("a task whose record stands on the chain is resumed", async () => {
  expect(await resumed(keccak(recordBytes), true)).toEqual([h(1)]);
  expect(store.tasks.open()).toEqual([h(1)]);
});

test("a task whose record, and contract, have left the chain is let go", async () => {
  expect(await resumed(ZERO_HASH, false)).toEqual([]);
  expect(store.tasks.open()).toEqual([]);
});
