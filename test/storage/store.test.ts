import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { open } from "lmdb";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { address, type Hash, hash, hashFromBytes, toHex } from "../../host/protocol/hex.ts";
import { EMPTY_STATE_HASH, type LogEntry, nextStateHash } from "../../host/protocol/log-entry.ts";
import { openTable } from "../../host/storage/byte-table.ts";
import type { KnownContract } from "../../host/storage/contract-store.ts";
import { Store } from "../../host/storage/store.ts";
import { encodeValue } from "../../host/storage/stored-value.ts";

const network = { chainId: 31337n, enigma: address(`0x${"e1".repeat(20)}`) };
const contract = address(`0x${"c0".repeat(20)}`);
const id = (byte: number): Hash => hashFromBytes(new Uint8Array(32).fill(byte));

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "enigma-store-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** Entries of a log; those at `checkpoints` are checkpoints, which belong to the task of the entry before. */
function chain(count: number, ...checkpoints: number[]): { entry: LogEntry; after: Hash }[] {
  let tip = EMPTY_STATE_HASH;
  let task = 0;
  return Array.from({ length: count }, (_, index) => {
    const isCheckpoint = checkpoints.includes(index);
    if (!isCheckpoint) task = index;
    const entry: LogEntry = {
      index: BigInt(index),
      kind: isCheckpoint ? 2 : 1,
      taskId: id(task),
      epoch: 1n,
      ciphertext: new Uint8Array([index]),
    };
    tip = nextStateHash(tip, entry);
    return { entry, after: tip };
  });
}

describe("a data folder", () => {
  test("keeps tasks, receipts, results, settlements, modules and the cursor over a restart", async () => {
    const task = {
      record: new Uint8Array(480).fill(1),
      input: new Uint8Array([2, 3]),
      userKey: new Uint8Array(32).fill(4),
    };
    const prepared = {
      receipt: new Uint8Array([5]),
      signature: new Uint8Array(65),
      sealedOutput: new Uint8Array([6]),
      logs: [{ secretContract: new Uint8Array(20).fill(7), entries: [] }],
      effects: [],
    };
    const result = { receipt: new Uint8Array([5]), signature: new Uint8Array(65), output: new Uint8Array() };
    const settlement = {
      outcome: 1 as const,
      receiptHash: id(8),
      worker: contract,
      transactionHash: id(9),
      blockNumber: 17,
    };
    const first = await Store.open(folder, network);
    await Promise.all([
      first.tasks.add(id(1), task),
      first.prepared.put(id(1), prepared),
      first.results.put(id(2), result),
      first.settlements.put(id(2), settlement),
      first.modules.put(id(3), new Uint8Array([0, 97])),
      first.cursor.set({ number: 17n, hash: id(5) }),
    ]);
    await first.close();

    const second = await Store.open(folder, network);
    expect(second.tasks.get(id(1))).toEqual(task);
    expect(second.tasks.open()).toEqual([id(1)]);
    expect(second.prepared.get(id(1))).toEqual(prepared);
    expect(second.prepared.taskIds()).toEqual([id(1)]);
    expect(second.results.get(id(2))).toEqual(result);
    expect(second.settlements.get(id(2))).toEqual(settlement);
    expect(second.modules.get(id(3))).toEqual(new Uint8Array([0, 97]));
    expect(second.cursor.get()).toEqual({ number: 17n, hash: id(5) });
    expect(second.tasks.get(id(7))).toBeUndefined();
    await second.close();
  });

  test("shows a result from the moment it is written, also while its transaction is still being committed", async () => {
    const store = await Store.open(folder, network);
    const result = { receipt: new Uint8Array([5]), signature: new Uint8Array(65), output: new Uint8Array([6]) };
    let put: Promise<void> = Promise.resolve();
    const committed = store.atomically(() => {
      put = store.results.put(id(1), result);
    });
    let seen = 0;
    let ended = false;
    const watch = async (until: Promise<void>) => {
      for (void until.then(() => (ended = true)); !ended; await Promise.resolve()) {
        expect(store.results.has(id(1))).toBe(true);
        expect(store.results.get(id(1))).toEqual(result);
        seen += 1;
        if (seen % 100 === 0) await new Promise(setImmediate);
      }
    };
    await watch(Promise.all([put, committed]).then(() => undefined));
    expect(seen).toBeGreaterThan(0);
    expect(store.results.get(id(1))).toEqual(result);
    await store.close();
  });

  test("of another chain is refused", async () => {
    await (await Store.open(folder, network)).close();
    await expect(Store.open(folder, { ...network, chainId: 1n })).rejects.toMatchObject({
      code: "data-folder-other-network",
    });
  });

  test("of another Enigma contract is refused", async () => {
    await (await Store.open(folder, network)).close();
    const other = { ...network, enigma: address(`0x${"e2".repeat(20)}`) };
    await expect(Store.open(folder, other)).rejects.toMatchObject({ code: "data-folder-other-network" });
  });

  test("of another version is refused and left as it is", async () => {
    await (await Store.open(folder, network)).close();
    const root = open({ path: join(folder, "worker.mdb"), maxDbs: 16 });
    openTable(root, "meta").putSync(
      new TextEncoder().encode("identity"),
      encodeValue({ version: 99, chainId: 31337, enigma: new Uint8Array(20) }),
    );
    await root.close();
    await expect(Store.open(folder, network)).rejects.toMatchObject({ code: "data-folder-other-version" });
    await expect(Store.open(folder, network)).rejects.toMatchObject({ code: "data-folder-other-version" });
  });

  test("closes an open task but keeps its input for replay", async () => {
    const store = await Store.open(folder, network);
    await store.tasks.add(id(1), {
      record: new Uint8Array(480),
      input: new Uint8Array([1]),
      userKey: new Uint8Array(32),
    });
    await store.tasks.close(id(1));
    expect(store.tasks.open()).toEqual([]);
    expect(store.tasks.has(id(1))).toBe(true);
    await store.close();
  });
});

describe("a store that is closed", () => {
  test("refuses writes and reads instead of ending the process", async () => {
    const store = await Store.open(folder, network);
    await store.cursor.set({ number: 1n, hash: id(1) });
    await store.close();
    const refused = expect.objectContaining({ code: "store-closed" });
    await expect(store.cursor.set({ number: 2n, hash: id(2) })).rejects.toEqual(refused);
    await expect(store.results.remove(id(1))).rejects.toEqual(refused);
    const written: string[] = [];
    await expect(store.atomically(() => void written.push("something"))).rejects.toEqual(refused);
    expect(written).toEqual([]);
    expect(() => store.cursor.get()).toThrow(refused);
    const again = await Store.open(folder, network);
    expect(again.cursor.get()).toEqual({ number: 1n, hash: id(1) });
    await again.close();
  });
});

describe("the contracts on the chain", () => {
  const known = (secretContract: number, group: number, blockNumber: bigint): KnownContract => ({
    secretContract: address(`0x${secretContract.toString(16).padStart(40, "0")}`),
    codeHash: id(3),
    group: address(`0x${group.toString(16).padStart(40, "0")}`),
    rules: 1,
    blockNumber,
  });

  test("are found by group, at once and after a restart", async () => {
    const [first, second, other] = [known(1, 1, 5n), known(2, 1, 6n), known(3, 3, 7n)];
    const store = await Store.open(folder, network);
    const written = Promise.all([first, second, other].map((contract) => store.contracts.put(contract)));
    expect(store.contracts.ofGroup(first.group)).toEqual([first, second]);
    await written;
    await store.close();
    const again = await Store.open(folder, network);
    expect([...again.contracts.groups()].sort()).toEqual([first.group, other.group]);
    expect(again.contracts.ofGroup(first.group)).toEqual([first, second]);
    expect(again.contracts.get(other.secretContract)).toEqual(other);
    await again.close();
  });

  test("are forgotten when the blocks of their deployments leave the chain", async () => {
    const [first, second, other] = [known(1, 1, 5n), known(2, 1, 6n), known(3, 3, 7n)];
    const store = await Store.open(folder, network);
    await Promise.all([first, second, other].map((contract) => store.contracts.put(contract)));
    expect(await store.contracts.removeAbove(5n)).toEqual([second, other]);
    await store.close();
    const again = await Store.open(folder, network);
    expect([...again.contracts.groups()]).toEqual([first.group]);
    expect(again.contracts.ofGroup(first.group)).toEqual([first]);
    expect(again.contracts.get(other.secretContract)).toBeUndefined();
    await again.close();
  });
});

test("the contracts that a task may touch are found at once and after a restart", async () => {
  const touches = [address(`0x${"01".repeat(20)}`), address(`0x${"02".repeat(20)}`)];
  const store = await Store.open(folder, network);
  const written = store.touches.put(id(1), touches);
  expect(store.touches.get(id(1))).toEqual(touches);
  await written;
  await store.close();
  const again = await Store.open(folder, network);
  expect(again.touches.get(id(1))).toEqual(touches);
  expect(again.touches.get(id(2))).toBeUndefined();
  await again.close();
});

describe("a contract's log", () => {
  test("grows by entries that continue its chain of hashes and is read back in order", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 300 }), fc.nat(), async (count, from) => {
        const inner = await mkdtemp(join(folder, "log-"));
        const entries = chain(count);
        const first = await Store.open(inner, network);
        await Promise.all(entries.map(({ entry, after }) => first.log.append(contract, entry, after)));
        await first.close();
        const second = await Store.open(inner, network);
        expect(second.log.tip(contract)).toEqual({ tip: entries.at(-1)?.after ?? EMPTY_STATE_HASH, length: count });
        const start = count === 0 ? 0 : from % count;
        expect([...second.log.entries(contract, start)]).toEqual(entries.slice(start).map(({ entry }) => entry));
        await second.close();
      }),
      { numRuns: 10, seed: 1 },
    );
  });

  test("does not mix with the logs of neighbouring addresses", async () => {
    const store = await Store.open(folder, network);
    const [first] = chain(1);
    if (first === undefined) throw new Error("no entry");
    await store.log.append(contract, first.entry, first.after);
    for (const neighbour of [`0x${"c0".repeat(19)}bf`, `0x${"c0".repeat(19)}c1`]) {
      expect(store.log.tip(address(neighbour)).length).toBe(0);
      expect([...store.log.entries(address(neighbour), 0)]).toEqual([]);
    }
    await store.close();
  });

  test("refuses an entry with a gap, a repetition, or another state hash, and writes nothing", async () => {
    const store = await Store.open(folder, network);
    const [first, second, third] = chain(3);
    if (first === undefined || second === undefined || third === undefined) throw new Error("no entries");
    await store.log.append(contract, first.entry, first.after);
    const refused = expect.objectContaining({ code: "log-entry-out-of-place" });
    expect(() => store.log.append(contract, third.entry, third.after)).toThrow(refused);
    expect(() => store.log.append(contract, first.entry, first.after)).toThrow(refused);
    expect(() => store.log.append(contract, second.entry, third.after)).toThrow(refused);
    expect(store.log.tip(contract)).toEqual({ tip: first.after, length: 1 });
    await store.log.append(contract, second.entry, second.after);
    expect([...store.log.entries(contract, 0)]).toHaveLength(2);
    await store.close();
  });
});

test("a log is cut back to the tip of a chain that went back", async () => {
  const store = await Store.open(folder, network);
  const entries = chain(5);
  for (const { entry, after } of entries) await store.log.append(contract, entry, after);
  const third = entries[2]?.after ?? EMPTY_STATE_HASH;
  await store.log.cutBack(contract, third);
  expect(store.log.tip(contract)).toEqual({ tip: third, length: 3 });
  expect([...store.log.entries(contract, 0)]).toHaveLength(3);
  await store.log.cutBack(contract, id(99));
  expect(store.log.tip(contract)).toEqual({ tip: EMPTY_STATE_HASH, length: 0 });
  await store.close();
});

describe("where a state is rebuilt from", () => {
  const entries = chain(9, 3, 4, 7); // a checkpoint in two parts at 3 and 4, another at 7

  /** A store with the first `count` entries. */
  async function storeOf(count: number): Promise<Store> {
    const store = await Store.open(folder, network);
    const all = entries.slice(0, count).map(({ entry }) => entry);
    await store.log.appendAll(contract, all, entries[count - 1]?.after ?? EMPTY_STATE_HASH);
    return store;
  }

  test.each([
    [3, { index: 0, stateBefore: EMPTY_STATE_HASH }],
    [4, { index: 3, stateBefore: entries[2]?.after }],
    [7, { index: 3, stateBefore: entries[2]?.after }],
    [9, { index: 7, stateBefore: entries[6]?.after }],
  ])("of a log of %i entries is the first part of the last checkpoint", async (count, start) => {
    const store = await storeOf(count);
    expect(store.log.start(contract)).toEqual(start);
    await store.close();
    const again = await Store.open(folder, network);
    expect(again.log.start(contract)).toEqual(start);
    await again.close();
  });

  test("moves back with the chain", async () => {
    const store = await storeOf(9);
    await store.log.cutBack(contract, entries[5]?.after ?? EMPTY_STATE_HASH);
    expect(store.log.start(contract)).toEqual({ index: 3, stateBefore: entries[2]?.after });
    await store.log.cutBack(contract, entries[1]?.after ?? EMPTY_STATE_HASH);
    expect(store.log.start(contract)).toEqual({ index: 0, stateBefore: EMPTY_STATE_HASH });
    expect(store.log.tip(contract)).toEqual({ tip: entries[1]?.after, length: 2 });
    await store.close();
  });

  test("can be a checkpoint that others made: the log then begins there, and grows and is cut as any other", async () => {
    const store = await storeOf(2);
    const start = { index: 7, stateBefore: entries[6]?.after ?? EMPTY_STATE_HASH };
    const joined = entries.slice(7).map(({ entry }) => entry);
    const tip = entries[8]?.after ?? EMPTY_STATE_HASH;
    await store.log.replace(contract, start, joined, tip);
    expect(store.log.start(contract)).toEqual(start);
    expect(store.log.tip(contract)).toEqual({ tip, length: 9 });
    expect([...store.log.entries(contract, 0)]).toEqual(joined);
    expect(store.log.stateBefore(contract, 8)).toBe(entries[7]?.after);
    expect(store.log.stateBefore(contract, 5)).toBeUndefined();
    await store.log.cutBack(contract, entries[7]?.after ?? EMPTY_STATE_HASH);
    expect(store.log.tip(contract).length).toBe(8);
    await store.log.cutBack(contract, entries[4]?.after ?? EMPTY_STATE_HASH);
    expect(store.log.tip(contract)).toEqual({ tip: EMPTY_STATE_HASH, length: 0 });
    await store.close();
  });
});

test("what a write's promise has confirmed is there after the process is killed, and atomic writes are whole", async () => {
  const child = spawn(process.execPath, [join(import.meta.dirname, "writes-until-killed.ts"), folder], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let confirmed = -1;
  for await (const chunk of child.stdout) {
    confirmed = Number(String(chunk).trim().split("\n").at(-1));
    if (confirmed >= 50) {
      child.kill("SIGKILL");
      break;
    }
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  const store = await Store.open(folder, network);
  const stored = new Set(store.prepared.taskIds());
  for (let index = 0; index <= confirmed; index += 1) expect(stored.has(hash(toHex(numbered(index))))).toBe(true);
  for (const taskId of stored) expect(store.results.has(taskId)).toBe(true);
  await store.close();
});

function numbered(index: number): Uint8Array {
  const bytes = new Uint8Array(32);
  new DataView(bytes.buffer).setUint32(28, index);
  return bytes;
}
