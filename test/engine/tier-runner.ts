// Runs the cases named on the command line in this process's V8, whatever its flags are, and prints the outcomes as JSON.

import { v8Engine } from "../../enclave-wasm/runtime/engine/v8-engine.ts";
import { engineCase, observe, prices } from "./engine-cases.ts";

const engine = v8Engine(prices);
const names = process.argv.slice(2);
const observed = names.map((name) => {
  const { instrumented, runs } = engineCase(name);
  const module = engine.compile(instrumented);
  return runs.map((run) => observe(engine, module, run));
});
process.stdout.write(JSON.stringify(observed));
