/** The list of tasks, beside a plain model of it. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { addressFromBytes, hashFromBytes } from "../../host/protocol/hex.ts";
import { Store } from "../../host/storage/store.ts";
import { type IndexedTask, taskPlace } from "../../host/storage/task-index.ts";

const network = { chainId: 31337n, enigma: addressFromBytes(new Uint8Array(20).fill(0xe1)) };
const contract = (byte: number) => addressFromBytes(new Uint8Array(20).fill(byte));

let folder: string;
let store: Store;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "enigma-index-"));
  store = await Store.open(folder, network);
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

const task = (number: number, blockNumber: bigint, of: number): IndexedTask => ({
  taskId: hashFromBytes(new Uint8Array(32).fill(number)),
  secretContract: contract(of),
  sender: contract(9),
  kind: 2,
  blockNumber,
});

/** Newest first: by block, and in a block by id. */
const sorted = (tasks: readonly IndexedTask[]) =>
  tasks.toSorted((left, right) => Buffer.compare(taskPlace(right), taskPlace(left)));

const tasks = fc
  .uniqueArray(fc.integer({ min: 1, max: 250 }), { maxLength: 30 })
  .chain((numbers) =>
    fc.tuple(
      ...numbers.map((number) =>
        fc.tuple(fc.bigInt(0n, 6n), fc.integer({ min: 1, max: 3 })).map(([block, of]) => task(number, block, of)),
      ),
    ),
  );

describe("the list of tasks", () => {
  test("is the same page by page as in one, for all contracts and for each", async () => {
    const places = fc.record({ tasks, limit: fc.integer({ min: 1, max: 7 }), of: fc.constantFrom(null, 1, 2, 3) });
    await fc.assert(
      fc.asyncProperty(places, async ({ tasks: given, limit, of }) => {
        await store.index.removeAbove(-1n);
        await Promise.all([...given, ...given].map((each) => store.index.put(each)));
        const of20 = of === null ? null : contract(of);
        const listed: IndexedTask[] = [];
        for (let before: Uint8Array | null = null; ; ) {
          const page = store.index.newest(of20, limit, before);
          listed.push(...page);
          const last = page.at(-1);
          if (last === undefined) break;
          expect(page.length).toBeLessThanOrEqual(limit);
          before = taskPlace(last);
        }
        expect(listed).toEqual(sorted(given.filter(({ secretContract }) => of20 === null || secretContract === of20)));
      }),
      { numRuns: 30 },
    );
  });

  test("forgets what stood in blocks that have left the chain, and nothing else", async () => {
    await fc.assert(
      fc.asyncProperty(tasks, fc.bigInt(-1n, 7n), async (given, block) => {
        await store.index.removeAbove(-1n);
        await Promise.all(given.map((each) => store.index.put(each)));
        await store.index.removeAbove(block);
        const kept = sorted(given.filter(({ blockNumber }) => blockNumber <= block));
        expect(store.index.newest(null, 100, null)).toEqual(kept);
        const ofOne = kept.filter(({ secretContract }) => secretContract === contract(1));
        expect(store.index.newest(contract(1), 100, null)).toEqual(ofOne);
      }),
      { numRuns: 30 },
    );
  });

  test("is there again after the store was closed", async () => {
    const one = task(1, 5n, 1);
    await store.index.put(one);
    await store.close();
    store = await Store.open(folder, network);
    expect(store.index.newest(contract(1), 1, null)).toEqual([one]);
  });
});
