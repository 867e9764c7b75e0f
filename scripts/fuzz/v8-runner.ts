// What runs in a child process: V8's engine under that process's flags and version. The first line of standard input has the
// prices, every other one a job; each is answered with a line.

import { createInterface } from "node:readline";
import { v8Engine } from "../../enclave-wasm/runtime/engine/v8-engine.ts";
import { bytes, type Job, runJob } from "./checked-run.ts";

let engine: ReturnType<typeof v8Engine> | undefined;
for await (const line of createInterface({ input: process.stdin })) {
  if (engine === undefined) {
    engine = v8Engine(JSON.parse(line));
    continue;
  }
  const job = JSON.parse(line) as Job;
  const observed = runJob(engine, engine.compile(bytes(job.instrumented)), job);
  process.stdout.write(`${JSON.stringify(observed)}\n`);
}
