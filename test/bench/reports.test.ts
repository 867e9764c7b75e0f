import { describe, expect, it } from "vitest";
import { address } from "../../host/protocol/hex.ts";
import { runMany } from "../../scripts/bench/bench-contract.ts";
import type { HandOver } from "../../scripts/bench/epoch-turns.ts";
import { handOverReport } from "../../scripts/bench/hand-over-report.ts";
import { KeptNews } from "../../scripts/bench/kept-news.ts";
import { viewReport } from "../../scripts/bench/view-report.ts";

const NODE = address(`0x${"aa".repeat(20)}`);

function handOver(executed: number, plain: number): HandOver {
  const news = { epoch: 2n, contracts: 1, entries: 5, milliseconds: 10, node: NODE, at: 0 };
  const ahead = { ...news, kind: "hand-over-prepared" } as const;
  const after = { ...news, kind: "hand-over-done", entries: 0, milliseconds: 0 } as const;
  return { ready: 1, executed, first: executed - 1, plain, ahead, after };
}

function handOvers(young: readonly [number, number], old: readonly [number, number]) {
  const load = { entries: 100, series: [2] };
  const size = (entries: number, [executed, plain]: readonly [number, number]) => {
    const each = handOver(executed, plain);
    return { entries, prepared: [each], sudden: [each] };
  };
  return handOverReport({
    ...{ sizes: [size(1, young), size(10_000, old)], making: 400 },
    ...{ fromCheckpoint: handOver(50, 10), fromOrigin: handOver(50, 10) },
    enclave: { fromOrigin: load, fromCheckpoint: load },
  });
}

describe("the report of hand-overs", () => {
  it("judges each size by itself, and the growth beside a task of the same network", () => {
    const reached = ({ aims }: ReturnType<typeof handOvers>) => aims.map((aim) => aim.reached);
    expect(reached(handOvers([50, 10], [100, 20]))).toEqual([true, true, true]);
    expect(reached(handOvers([50, 10], [100, 10]))).toEqual([true, true, false]);
    expect(reached(handOvers([50, 10], [201, 40]))).toEqual([true, false, true]);
  });

  it("tells entries a second of who loaded them, and can be written as JSON", () => {
    const { tables, figures } = handOvers([50, 10], [100, 20]);
    const catchUp = tables.find(({ title }) => title.startsWith("Catching up"))?.text.split("\n") ?? [];
    expect(catchUp.find((line) => line.startsWith("a new worker, all"))).toMatch(/ 5 +10 +500$/);
    expect(catchUp.find((line) => line.startsWith("the enclave alone, all"))).toMatch(/ 100 .* 50000 \[/);
    expect(() => JSON.stringify(figures)).not.toThrow();
  });
});

describe("the report of views", () => {
  it("puts every part beside a bare call of the worker", () => {
    const alike = { direct: [6], passedOn: [9], request: [2], worker: [1], ecall: [1], permit: [1], recovery: [1] };
    const { tables, aims } = viewReport({ ...alike, bareWorker: [2], bareEthereum: [1] });
    expect(tables[0]?.text).toMatch(/^contract\.view\.f\(\).* 3\.0$/m);
    expect(aims.map((aim) => aim.reached)).toEqual([false, false]);
  });
});

describe("many tasks", () => {
  it("are each ordered once, and the last of every caller is waited for", async () => {
    const ordered: number[] = [];
    let waited = 0;
    const task = {
      wait: async () => {
        waited += 1;
      },
    };
    await runMany(1_000, async (number) => {
      ordered.push(number);
      return task as never;
    });
    expect(ordered.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 1_000 }, (_, index) => index + 1));
    expect(waited).toBe(300);
  });
});

describe("kept news", () => {
  it("are told once, and only those that benchmarks look at", () => {
    const kept = new KeptNews();
    const of = { node: NODE, at: 1 };
    kept.observe({ ...of, kind: "hand-over-done", epoch: 2n, contracts: 1, entries: 0, milliseconds: 0 });
    kept.observe({ ...of, kind: "enclave-died", generation: 1 });
    const { tasks, handOvers: told, views } = kept.take();
    expect([tasks.length, told.length, views.length]).toEqual([0, 1, 0]);
    expect(kept.take().handOvers).toEqual([]);
  });
});
