// Engines side by side: the same contract, in turns within one run, so that whatever else the machine does meets all of them.

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import * as metering from "../../enclave-wasm/dist/metering/metering.js";
import type { HostPrices } from "../../enclave-wasm/runtime/engine/host-functions.ts";
import { ROOT } from "../verify/root.ts";
import { enclaveCore } from "./enclave-state.ts";
import { engineReport, type Series } from "./engine-report.ts";
import { benchModule, type Engine, type Timing, WORKS, type Work } from "./engine-work.ts";
import { enclaveEngine, jcoRunner } from "./metered-engines.ts";
import { buildNativeProgram, NativeProcess } from "./native-process.ts";
import type { Suite, SuiteOptions } from "./suite.ts";
import { unmeteredV8, unmeteredV8InOneInstance } from "./unmetered-engine.ts";

const RULES = 1;
/** Rounds that let V8 compile with its second tier. */
const WARM_UP = 3;
const ROUNDS = 15;

/** `engine`: computations, host calls and empty calls on every engine. */
export const engineSuite: Suite = async (options) => {
  const folder = await mkdtemp(path.join(tmpdir(), "enigma-bench-"));
  const engines: Engine[] = [];
  try {
    options.progress("building the native program");
    const program = await buildNativeProgram();
    const { instrumented, prices } = await instrument();
    const file = path.join(folder, "bench.instrumented.wasm");
    await writeFile(file, instrumented);
    const native = new NativeProcess(program, file);
    try {
      engines.push(unmeteredV8(benchModule()), enclaveEngine(instrumented, prices), await enclaveCore());
      engines.push(await jcoRunner(instrumented, prices), ...native.engines(), unmeteredV8InOneInstance(benchModule()));
      return engineReport(engines, await measure(engines, options));
    } finally {
      native.close();
    }
  } finally {
    for (const engine of engines) await engine.close?.();
    await rm(folder, { recursive: true, force: true });
  }
};

async function instrument(): Promise<{ instrumented: Uint8Array; prices: HostPrices }> {
  metering.initSync({ module: await readFile(path.join(ROOT, "enclave-wasm/dist/metering/metering_bg.wasm")) });
  const prices = metering.host_prices(RULES);
  if (prices === undefined) throw new Error("the metering package does not know these rules");
  return { instrumented: metering.instrument_module(benchModule(), RULES), prices: JSON.parse(prices) };
}

async function measure(engines: readonly Engine[], { progress, deadline, signal }: SuiteOptions): Promise<Series> {
  const series: Series = new Map(engines.map(({ name }) => [name, new Map(WORKS.map(({ title }) => [title, []]))]));
  for (let round = 0; round < WARM_UP + ROUNDS && (round <= WARM_UP || performance.now() < deadline); round++) {
    progress(round < WARM_UP ? "warming up" : `round ${round - WARM_UP + 1} of ${ROUNDS}`);
    for (const work of WORKS) {
      signal.throwIfAborted();
      const timings = new Map<string, Timing>();
      // Engines take turns in being first, since each pays for some of the garbage of the one before.
      for (let turn = 0; turn < engines.length; turn++) {
        const engine = engines[(turn + round) % engines.length] as Engine;
        timings.set(engine.name, await engine.run(work));
      }
      mustAgree(work, timings);
      if (round < WARM_UP) continue;
      for (const [name, { milliseconds }] of timings) series.get(name)?.get(work.title)?.push(milliseconds);
    }
  }
  return series;
}

/** Times of engines that computed different things say nothing. */
function mustAgree(work: Work, timings: ReadonlyMap<string, Timing>): void {
  const results = new Set([...timings.values()].map(({ result }) => result));
  const gas = new Set([...timings.values()].map((timing) => timing.gas).filter((used) => used > 0n));
  if (results.size === 1 && gas.size === 1) return;
  const found = [...timings].map(([name, timing]) => `${name}: ${timing.gas} gas, ${timing.result}`);
  throw new Error(`engines disagree on ${work.title}: ${found.join("; ")}`);
}
