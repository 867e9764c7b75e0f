/** Reading a log page by page: every path leads through the state hashes on Ethereum, or it is refused. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LogReader } from "../../host/auditor/log-reader.ts";
import type { LogPages } from "../../host/auditor/worker-archive.ts";
import { EnigmaError } from "../../host/protocol/errors/enigma-error.ts";
import { type Address, address, type Hash, hashFromBytes } from "../../host/protocol/hex.ts";
import type { LogResult } from "../../host/protocol/history-rpc-types.ts";
import { EMPTY_STATE_HASH, LOG_ENTRY_KIND, type LogEntry, nextStateHash } from "../../host/protocol/log-entry.ts";

const CONTRACT: Address = address(`0x${"c0".repeat(20)}`);

interface Task {
  readonly taskId: Hash;
  readonly before: Hash;
  readonly after: Hash;
  readonly entries: readonly LogEntry[];
}

/** A history of so many tasks; those in `checkpointed` append a checkpoint of so many parts. */
function historyOf(parts: readonly number[]): Task[] {
  let [index, state] = [0n, EMPTY_STATE_HASH];
  return parts.map((count, number) => {
    const taskId = hashFromBytes(new Uint8Array(32).fill(number + 1));
    const before = state;
    const entries = Array.from({ length: count + 1 }, (_, part): LogEntry => {
      const kind = part === 0 ? LOG_ENTRY_KIND.delta : LOG_ENTRY_KIND.checkpoint;
      return { index: index + BigInt(part), kind, taskId, epoch: 1n, ciphertext: new Uint8Array([number, part]) };
    });
    for (const entry of entries) state = nextStateHash(state, entry);
    index += BigInt(entries.length);
    return { taskId, before, after: state, entries };
  });
}

/** A worker that has these entries, in pages of so many. */
function pagesOf(entries: readonly LogEntry[], size: number, late?: { readonly before: Hash }): LogPages {
  const error = (code: "false-log" | "log-cut") => () => new EnigmaError(code);
  const start = late === undefined ? 0n : (entries[0]?.index ?? 0n);
  const page = async (_: Address, from: bigint | null): Promise<LogResult> => {
    const at = Number((from ?? start) - start);
    if (at < 0) return { stateBefore: EMPTY_STATE_HASH, entries: [], next: null };
    const taken = entries.slice(at, at + size);
    const next = at + size < entries.length ? start + BigInt(at + size) : null;
    return { stateBefore: late?.before ?? EMPTY_STATE_HASH, entries: taken, next };
  };
  return { page, lie: error("false-log"), cut: error("log-cut") } as unknown as LogPages;
}

const statesOf = (tasks: readonly Task[]) => new Set([EMPTY_STATE_HASH, ...tasks.map(({ after }) => after)]);
const allOf = (tasks: readonly Task[]) => tasks.flatMap(({ entries }) => entries);
const histories = fc.array(fc.constantFrom(0, 0, 0, 1, 3), { minLength: 1, maxLength: 8 }).map(historyOf);

describe("a log", () => {
  it("is read task by task, whatever the size of the pages", async () => {
    await fc.assert(
      fc.asyncProperty(histories, fc.integer({ min: 1, max: 5 }), async (tasks, size) => {
        const reader = new LogReader(pagesOf(allOf(tasks), size), CONTRACT, statesOf(tasks));
        for (const { taskId, after, entries } of tasks) expect(await reader.takeTask(taskId, after)).toEqual(entries);
        await expect(reader.takeTask(EMPTY_STATE_HASH, EMPTY_STATE_HASH)).rejects.toMatchObject({ code: "log-cut" });
      }),
    );
  });

  it("gives for a state what it is built from: nothing before its last checkpoint", async () => {
    await fc.assert(
      fc.asyncProperty(histories, fc.integer({ min: 1, max: 5 }), fc.nat(), async (tasks, size, choice) => {
        const target = tasks[choice % tasks.length] as Task;
        const earlier = allOf(tasks.slice(0, tasks.indexOf(target) + 1));
        const reader = new LogReader(pagesOf(allOf(tasks), size), CONTRACT, statesOf(tasks));
        const { stateBefore, entries, stateAfter } = await reader.seek(target.after);
        expect([stateAfter, reader.tip]).toEqual([target.after, target.after]);
        expect(earlier.slice(earlier.length - entries.length)).toEqual(entries);
        expect(entries.reduce(nextStateHash, stateBefore)).toBe(target.after);
        const starts = entries.findIndex(({ kind }) => kind === LOG_ENTRY_KIND.checkpoint);
        if (stateBefore !== EMPTY_STATE_HASH || starts === 0) expect(starts).toBe(0);
        else expect(starts).toBe(-1);
        expect(earlier.some(({ kind }) => kind === LOG_ENTRY_KIND.checkpoint)).toBe(starts === 0);
      }),
    );
  });

  it("that a worker has from a checkpoint on only is good for what comes after it", async () => {
    const tasks = historyOf([0, 2, 0, 0]);
    const [, checkpointed, later, last] = tasks as [Task, Task, Task, Task];
    const before = nextStateHash(checkpointed.before, checkpointed.entries[0] as LogEntry);
    const known = allOf(tasks).filter(({ index }) => index >= 2n);
    const reader = () => new LogReader(pagesOf(known, 2, { before }), CONTRACT, statesOf(tasks));
    const { stateBefore, entries } = await reader().seek(later.after);
    expect([stateBefore, entries]).toEqual([before, known.slice(0, 3)]);
    expect(await reader().seek(last.after)).toMatchObject({ stateBefore: before });
    await expect(reader().seek(checkpointed.before)).rejects.toMatchObject({ code: "log-cut" });
  });

  it("of which any entry is altered, left out or doubled is found out, or seen to be too short", async () => {
    const damage = fc.constantFrom<(entries: LogEntry[], at: number) => LogEntry[]>(
      (entries, at) =>
        entries.map((each, index) => (index === at ? { ...each, ciphertext: new Uint8Array([9]) } : each)),
      (entries, at) => entries.map((each, index) => (index === at ? { ...each, epoch: 2n } : each)),
      (entries, at) => entries.filter((_, index) => index !== at),
      (entries, at) => entries.flatMap((each, index) => (index === at ? [each, each] : [each])),
    );
    await fc.assert(
      fc.asyncProperty(histories, damage, fc.nat(), async (tasks, change, choice) => {
        const entries = allOf(tasks);
        const spoilt = change(entries, choice % entries.length);
        const reader = new LogReader(pagesOf(spoilt, 3), CONTRACT, statesOf(tasks));
        const readAll = async () => {
          for (const { taskId, after } of tasks) await reader.takeTask(taskId, after);
          await reader.seek(hashFromBytes(new Uint8Array(32).fill(0xee)));
        };
        const code = await readAll().catch((error: unknown) => (error as EnigmaError).code);
        expect(["false-log", "log-cut"]).toContain(code);
        const seeking = new LogReader(pagesOf(spoilt, 3), CONTRACT, statesOf(tasks));
        const reached = seeking.seek(tasks.at(-1)?.after as Hash).then(
          ({ stateAfter }) => stateAfter,
          (error: unknown) => (error as EnigmaError).code,
        );
        expect(["false-log", "log-cut", tasks.at(-1)?.after]).toContain(await reached);
      }),
    );
  });
});
