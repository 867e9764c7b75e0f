// Two versions of the rules in one enclave: whatever was compiled and run before, a module runs with the prices of its own.

import { describe, expect, it } from "vitest";
import type { HostPrices } from "../../enclave-wasm/runtime/engine/host-functions.ts";
import type { RunOutcome } from "../../enclave-wasm/runtime/engine/run-outcome.ts";
import { v8Engine } from "../../enclave-wasm/runtime/engine/v8-engine.ts";
import { ModuleCache } from "../../enclave-wasm/runtime/module-cache.ts";
import { engineCase, observe, prices, type RecordedRun } from "./engine-cases.ts";
import { MockHost } from "./mock-host.ts";

/** A schedule that only this test knows: every host call costs 1,000 more. */
const dearer: HostPrices = {
  ...prices,
  rules: 2,
  functions: Object.fromEntries(
    Object.entries(prices.functions).map(([name, price]) => [name, { ...price, base: price.base + 1_000 }]),
  ),
};
const OLD = 1;
const NEW = 2;

const { instrumented, runs } = engineCase("probe");
/** What an enclave of one version alone makes of a run. */
const alone = (schedule: HostPrices, run: RecordedRun) => {
  const engine = v8Engine(schedule);
  return observe(engine, engine.compile(instrumented), run).outcome;
};
/** Runs that end in the same way under both, at different gas, and call no other contract. */
const telling = runs.filter((run) => {
  const [before, after] = [alone(prices, run), alone(dearer, run)];
  return run.calls === 0 && before.kind === after.kind && before.gasUsed !== after.gasUsed;
});

function enclave() {
  const host = { current: new MockHost() };
  const forwarding = new Proxy({} as MockHost, {
    get: (_, name) => {
      const value = host.current[name as keyof MockHost] as unknown;
      return typeof value === "function" ? value.bind(host.current) : value;
    },
  });
  const cache = new ModuleCache(forwarding, (rules) => (rules === OLD ? prices : dearer), v8Engine);
  return {
    cache,
    run(module: number, { entry, input, gasLimit }: RecordedRun): RunOutcome {
      host.current = new MockHost();
      host.current.view = entry === "view";
      return cache.run(module, entry, new Uint8Array(Buffer.from(input, "hex")), BigInt(gasLimit));
    },
  };
}

const gasOf = (outcome: RunOutcome) => ("gasUsed" in outcome ? Number(outcome.gasUsed) : undefined);

describe("a module cache that is warm with both versions of the rules", () => {
  it("has runs to tell them apart by", () => {
    expect(telling.length).toBeGreaterThan(10);
  });

  it.each([
    ["the old one first", [OLD, NEW]],
    ["the new one first", [NEW, OLD]],
  ])("gives the same bytes a number for each version, and each its gas, %s", (_, order) => {
    const { cache, run } = enclave();
    const numbers = new Map(order.map((rules) => [rules, cache.compile(instrumented, rules)]));
    expect(new Set(numbers.values()).size).toBe(2);
    for (const recorded of telling) {
      for (const rules of [...order, ...order]) {
        const expected = alone(rules === OLD ? prices : dearer, recorded).gasUsed;
        expect(gasOf(run(numbers.get(rules) as number, recorded)), `${recorded.note}, rules ${rules}`).toBe(expected);
      }
    }
  });

  it("replays what was recorded under the old rules with the old gas, after the new ones came", () => {
    const { cache, run } = enclave();
    const old = cache.compile(instrumented, OLD);
    const before = telling.map((recorded) => gasOf(run(old, recorded)));
    const newer = cache.compile(instrumented, NEW);
    for (const recorded of telling) run(newer, recorded);
    expect(telling.map((recorded) => gasOf(run(old, recorded)))).toEqual(before);
    expect(before).toEqual(telling.map(({ outcome }) => outcome.gasUsed));
  });

  it("serves neither under the other's number once one is released", () => {
    const { cache, run } = enclave();
    const old = cache.compile(instrumented, OLD);
    const newer = cache.compile(instrumented, NEW);
    cache.release(old);
    const [recorded] = telling as [RecordedRun];
    expect(run(old, recorded).kind).toBe("node-fault");
    expect(gasOf(run(newer, recorded))).toBe(alone(dearer, recorded).gasUsed);
    const again = cache.compile(instrumented, OLD);
    expect(again).not.toBe(old);
    expect(gasOf(run(again, recorded))).toBe(recorded.outcome.gasUsed);
  });
});
