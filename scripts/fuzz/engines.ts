// The engines that are compared with wasmi: V8 in child processes, by tier and by version of Node, and jco's component.

import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { componentEmbed } from "@bytecodealliance/jco";
import { rolldown } from "rolldown";
import type { HostPrices } from "../../enclave-wasm/runtime/engine/host-functions.ts";
import { jcoEngine } from "../../enclave-wasm/runtime/engine/jco-engine.ts";
import { ROOT } from "../verify/root.ts";
import { bytes, type Job, type ObservedRun, runJob } from "./checked-run.ts";
import { LineProcess } from "./line-process.ts";

/** Something that does jobs. */
export interface CheckedEngine {
  readonly name: string;
  run(job: Job): Promise<readonly ObservedRun[]>;
  close(): void | Promise<void>;
}

interface V8Kind {
  readonly name: string;
  readonly program: string;
  readonly flags: readonly string[];
}

/** V8's compilers one by one, and together as a Node has them. */
const TIERS: readonly V8Kind[] = [
  { name: "V8", program: process.execPath, flags: [] },
  { name: "V8 --liftoff-only", program: process.execPath, flags: ["--liftoff-only"] },
  { name: "V8 --no-liftoff", program: process.execPath, flags: ["--no-liftoff", "--no-wasm-tier-up"] },
];

/** Other major versions of Node, as far as this platform has them. */
export const OTHER_NODES: readonly V8Kind[] = ["22", "24"]
  .map((major) => ({
    name: `V8 of Node ${major}`,
    program: path.join(ROOT, "node_modules", `node-${major}`, "bin", "node"),
    flags: [],
  }))
  .filter(({ program }) => existsSync(program));

/** Starts every V8 there is; `close` of the last one removes the program that they run. */
export async function startV8Engines(prices: string): Promise<CheckedEngine[]> {
  const folder = await mkdtemp(path.join(tmpdir(), "enigma-runner-"));
  const program = path.join(folder, "v8-runner.mjs");
  await bundleRunner(program);
  const engines = [...TIERS, ...OTHER_NODES].map((kind) => v8Process(kind, program, prices));
  const last = engines.at(-1) as CheckedEngine;
  const withCleaning: CheckedEngine = {
    ...last,
    async close() {
      await last.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return [...engines.slice(0, -1), withCleaning];
}

/** One JavaScript file that any Node runs, with the runtime as it was emitted for the enclave. */
async function bundleRunner(file: string): Promise<void> {
  const source = path.join(ROOT, "enclave-wasm/runtime");
  const emitted = path.join(ROOT, "enclave-wasm/dist/release/runtime");
  const build = await rolldown({
    input: path.join(ROOT, "scripts/fuzz/v8-runner.ts"),
    platform: "node",
    plugins: [
      {
        name: "emitted-runtime",
        resolveId(imported, importer) {
          if (importer === undefined || !imported.startsWith(".")) return null;
          const target = path.resolve(path.dirname(importer), imported);
          if (!target.startsWith(`${source}${path.sep}`)) return null;
          return path.join(emitted, path.relative(source, target)).replace(/\.ts$/, ".js");
        },
      },
    ],
  });
  await build.write({ file, format: "esm" });
  await build.close();
}

function v8Process({ name, program, flags }: V8Kind, runner: string, prices: string): CheckedEngine {
  const child = new LineProcess(program, [...flags, runner], name);
  child.tell(prices);
  return { name, run: (job) => child.ask(JSON.stringify(job)), close: () => child.close() };
}

/** jco's component and generated glue, in this process. */
export async function startJcoEngine(prices: string): Promise<CheckedEngine> {
  const engine = jcoEngine(JSON.parse(prices) as HostPrices);
  const wit = await readFile(path.join(ROOT, "contracts/wit/secret-contract.wit"), "utf8");
  // A component must export what its world does; a contract need not.
  const withoutView = wit.replace(/^ *export view: .*$/m, "");
  return {
    name: "jco",
    async run(job) {
      const binary = bytes(job.instrumented);
      const witSource = hasView(binary) ? wit : withoutView;
      const module = job.isBare ? await componentEmbed({ binary, witSource, world: "secret-contract" }) : binary;
      return runJob(engine, await engine.compile(module), job);
    },
    close: () => undefined,
  };
}

function hasView(module: Uint8Array<ArrayBuffer>): boolean {
  return WebAssembly.Module.exports(new WebAssembly.Module(module)).some(({ name }) => name === "view");
}
