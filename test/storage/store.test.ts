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

function chain(count: number): { entry: LogEntry; after: Hash }[] {
  let tip = EMPTY_STATE_HASH;
  return Array.from({ length: count }, (_, index) => {
    const entry: LogEntry = {
      index: BigInt(index),
      kind: 1,
      taskId: id(index),
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
      entry: null,
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
