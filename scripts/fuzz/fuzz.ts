/**
 * `npm run fuzz [-- --seeds N] [--from SEED] [--json]`: random contracts, random calls of the sample contracts and the work of
 * the benchmark, in wasmi, in V8 (each compiler, and other versions of Node) and in jco's component. A difference in result,
 * error, state, effects or gas is made small and kept in a file, and the process ends with 1.
 */
import path from "node:path";
import { parseArgs } from "node:util";
import { ROOT } from "../verify/root.ts";
import { type Contestants, checkBench, checkCalls, checkSeed, emptyTally } from "./campaign.ts";
import { startJcoEngine, startV8Engines } from "./engines.ts";
import { buildNativeCheck, NativeCheck } from "./native-check.ts";
import { hostPrices, sampleContracts } from "./sample-contracts.ts";
import { keep, type SmallCase } from "./smaller-case.ts";

/** Where differences are kept; below a folder of build outputs, since they are nobody's source. */
const KEPT = path.join(ROOT, "enclave-wasm/target/fuzz");
/** Seeds of modules for each sequence of calls of each contract. */
const SEEDS_OF_A_SEQUENCE = 50;

const options = readOptions();
const progress = (text: string) => process.stderr.write(`${text}\n`);
progress("building the native program");
const native = new NativeCheck(await buildNativeCheck());
const prices = hostPrices();
const engines = [...(await startV8Engines(prices)), await startJcoEngine(prices)];
const tally = emptyTally();
const found: SmallCase[] = [];
try {
  progress(`wasmi against ${engines.map(({ name }) => name).join(", ")}`);
  await campaign({ native, engines });
} finally {
  native.close();
  await Promise.all(engines.map((engine) => engine.close()));
}
report();

async function campaign(contestants: Contestants): Promise<void> {
  const end = options.from + options.seeds;
  for (let seed = options.from; seed < end; seed++) {
    await note(await checkSeed(seed, contestants, tally));
    if ((seed - options.from) % 100 === 99) progress(`seed ${seed}: ${tally.cases} cases, ${tally.runs} runs alike`);
  }
  for (const contract of sampleContracts()) {
    if (contract.name === "bench") await note(await checkBench(contract, contestants, tally));
    for (let seed = options.from; seed < end; seed += SEEDS_OF_A_SEQUENCE)
      await note(await checkCalls(contract, seed, contestants, tally));
    progress(`${contract.name}: ${tally.runs} runs alike`);
  }
}

async function note(cases: readonly SmallCase[]): Promise<void> {
  for (const small of cases) {
    found.push(small);
    const file = await keep(KEPT, small);
    const { engine, wasmi, found: other } = small.difference;
    progress(`DIFFERENT ${small.title}, ${engine}\n  again: ${small.repeat}\n  kept: ${file}`);
    progress(`  wasmi ${JSON.stringify(wasmi.outcome)}\n  ${engine} ${JSON.stringify(other.outcome)}`);
  }
}

function report(): void {
  const differing = found.map(({ title, repeat, difference }) => ({ title, repeat, engine: difference.engine }));
  const summary = { ...options, engines: ["wasmi", ...engines.map(({ name }) => name)], ...tally, differing };
  if (options.json) console.log(JSON.stringify(summary));
  else {
    console.log(`${tally.cases} cases, ${tally.runs} runs on ${engines.length + 1} engines`);
    console.log(`endings: ${JSON.stringify(tally.endings)}`);
    console.log(`refused: ${JSON.stringify(tally.refused)}`);
    console.log(found.length === 0 ? "no difference" : `${found.length} differences`);
  }
  process.exitCode = found.length === 0 ? 0 : 1;
}

function readOptions() {
  const number = (text: string, name: string): number => {
    if (!/^\d{1,9}$/.test(text)) throw new Error(`--${name} is a whole number, not ${text}`);
    return Number(text);
  };
  const { values } = parseArgs({
    options: {
      seeds: { type: "string", default: "1000" },
      from: { type: "string", default: "0" },
      json: { type: "boolean", default: false },
    },
  });
  return { seeds: number(values.seeds, "seeds"), from: number(values.from, "from"), json: values.json };
}
