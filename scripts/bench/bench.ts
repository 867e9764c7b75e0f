/**
 * `npm run bench`: measures engines, simulated calls, tasks, views, hand-overs, Ethereum gas, the start and compiling, and says which aims are reached.
 *
 *     npm run bench -- [--only start,compile,test-network,engine,simulation,gas,task,view,hand-over] [--out FILE]
 */
import { writeFile } from "node:fs/promises";
import { availableParallelism, cpus, loadavg, tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { compileSuite } from "./compile.ts";
import { engineSuite } from "./engine.ts";
import { gasSuite } from "./gas.ts";
import { handOverSuite } from "./hand-over.ts";
import { simulationSuite } from "./simulation.ts";
import { startSuite } from "./start.ts";
import type { Suite, SuiteResult } from "./suite.ts";
import { type Aim, aims } from "./table.ts";
import { taskSuite } from "./task.ts";
import { testNetworkSuite } from "./test-network.ts";
import { viewSuite } from "./view.ts";

/** Each suite and how long it may take before it ends early, in seconds; all together stay within five minutes. */
const SUITES: Readonly<Record<string, { readonly suite: Suite; readonly seconds: number }>> = {
  start: { suite: startSuite, seconds: 30 },
  compile: { suite: compileSuite, seconds: 10 },
  "test-network": { suite: testNetworkSuite, seconds: 20 },
  engine: { suite: engineSuite, seconds: 80 },
  simulation: { suite: simulationSuite, seconds: 25 },
  gas: { suite: gasSuite, seconds: 25 },
  task: { suite: taskSuite, seconds: 60 },
  view: { suite: viewSuite, seconds: 15 },
  "hand-over": { suite: handOverSuite, seconds: 75 },
};

/** Load of one minute above which something else keeps a core busy. */
const BUSY = 0.8;

const { values } = parseArgs({
  options: {
    only: { type: "string", default: Object.keys(SUITES).join(",") },
    out: { type: "string", default: path.join(tmpdir(), "enigma-bench.json") },
  },
});

const interruption = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.once(signal, () => interruption.abort(new Error(`ended by ${signal}`)));
}

const chosen = values.only.split(",");
const unknown = chosen.filter((name) => !(name in SUITES));
if (unknown.length > 0) {
  console.error(`There is no suite ${unknown.join(", ")}; there are ${Object.keys(SUITES).join(", ")}.`);
  process.exit(2);
}
await run(chosen, values.out);

async function run(names: readonly string[], out: string): Promise<void> {
  const machine = { processor: cpus()[0]?.model ?? "unknown", cores: availableParallelism(), node: process.version };
  const load = loadavg()[0] as number;
  const notes: string[] = [];
  if (load > BUSY)
    notes.push(`The machine was busy when this began (load ${load.toFixed(1)}): every time is longer than it need be.`);
  console.log(`${machine.processor}, ${machine.cores} cores, Node ${machine.node}, load ${load.toFixed(2)}`);
  const results: Record<string, SuiteResult> = {};
  const reached: Aim[] = [];
  for (const name of names) {
    const { suite, seconds } = SUITES[name] as { suite: Suite; seconds: number };
    const deadline = performance.now() + seconds * 1000;
    const result = await suite({ deadline, signal: interruption.signal, progress: (text) => progress(name, text) });
    clearProgress();
    for (const { title, text } of result.tables) console.log(`\n${name}: ${title}\n\n${text}`);
    results[name] = result;
    reached.push(...result.aims);
    notes.push(...(result.notes ?? []));
  }
  console.log(`\nAims\n\n${aims(reached)}`);
  if (notes.length > 0) console.log(`\n${notes.join("\n")}`);
  const figures = Object.fromEntries(Object.entries(results).map(([name, result]) => [name, result.figures]));
  const report = { date: new Date().toISOString(), machine, load, figures, aims: reached, notes };
  await writeFile(out, `${JSON.stringify(report, null, 2)}\n`);
  console.log(`\nwritten to ${out}`);
}

function progress(suite: string, text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${suite}: ${text}`);
}

function clearProgress(): void {
  if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
}
