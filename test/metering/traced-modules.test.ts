import { describe, expect, it } from "vitest";
import type { GuestExports } from "../../enclave-wasm/runtime/engine/canonical-abi.ts";
import { v8Engine } from "../../enclave-wasm/runtime/engine/v8-engine.ts";
import { type EngineCase, engineCase, observe, prices } from "../engine/engine-cases.ts";
import { metering, vector } from "./metering-package.ts";

const plain = engineCase("probe");
const traced = metering.instrument_traced(vector("probe.wasm"), 1);

/** What a traced module told while it ran. */
interface Told {
  readonly entering: boolean;
  readonly function: number;
}

/** Runs a case's runs on its traced module, and what it told. */
function watch({ runs }: EngineCase, gasLimit?: number) {
  const told: Told[] = [];
  const listener = {
    enter: (number: number) => told.push({ entering: true, function: number }),
    leave: (number: number) => told.push({ entering: false, function: number }),
  };
  const engine = v8Engine(prices, {
    imports: (host) => ({
      "enigma:contract/host@0.1.0": host as WebAssembly.ModuleImports,
      "enigma:trace": listener,
    }),
  });
  const module = engine.compile(traced);
  return runs.map((run) => {
    told.length = 0;
    return { observed: observe(engine, module, run, gasLimit ?? run.gasLimit), told: [...told] };
  });
}

describe("a traced module in V8", () => {
  it("ends as the plain one on every run: result, state, effects and gas", () => {
    expect(watch(plain).map(({ observed }) => observed)).toEqual(plain.runs);
  });

  it.each([500_000, 100_000, 40_000])("ends as the plain one where gas ends at %i", (gasLimit) => {
    const engine = v8Engine(prices);
    const module = engine.compile(plain.instrumented);
    const expected = plain.runs.map((run) => observe(engine, module, run, gasLimit));
    expect(watch(plain, gasLimit).map(({ observed }) => observed)).toEqual(expected);
  });

  it("tells of functions that lie properly inside one another", () => {
    for (const { observed, told } of watch(plain)) {
      const open: number[] = [];
      for (const { entering, function: number } of told) {
        if (entering) open.push(number);
        else expect(open.pop()).toBe(number);
      }
      if (["returned", "reverted"].includes(observed.outcome.kind)) expect(open, observed.note).toEqual([]);
      if (observed.outcome.gasUsed > 0) expect(told.length, observed.note).toBeGreaterThan(0);
    }
  });

  it("is refused by an engine where nobody listens", () => {
    const engine = v8Engine(prices);
    const outcome = engine.run(engine.compile(traced), "call", new Uint8Array(), 1_000_000n, {} as never);
    expect(outcome.kind).toBe("node-fault");
  });

  it("keeps the exports by which an engine runs it", () => {
    const names = WebAssembly.Module.exports(new WebAssembly.Module(traced as Uint8Array<ArrayBuffer>)).map(
      ({ name }) => name,
    );
    const wanted: (keyof GuestExports)[] = ["memory", "enigma_charge", "enigma_gas", "enigma_stack", "enigma_fault"];
    expect(names).toEqual(expect.arrayContaining(wanted));
  });
});
