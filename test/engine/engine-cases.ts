// The cases of `test/vectors/engine`, as the Rust tests have recorded them with wasmi.

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { CompiledModule, Engine, Entry } from "../../enclave-wasm/runtime/engine/engine.ts";
import type { HostPrices } from "../../enclave-wasm/runtime/engine/host-functions.ts";
import type { RunOutcome } from "../../enclave-wasm/runtime/engine/run-outcome.ts";
import { MockHost } from "./mock-host.ts";

const FOLDER = fileURLToPath(new URL("../vectors/engine/", import.meta.url));

/** One run and what every engine makes of it. */
export interface RecordedRun {
  readonly note: string;
  readonly entry: Entry;
  readonly input: string;
  readonly gasLimit: number;
  readonly outcome: { readonly kind: string; readonly gasUsed: number; readonly data?: string; readonly trap?: string };
  readonly storage: readonly [string, string][];
  readonly logs: readonly string[];
  readonly effects: readonly string[];
  /** How many calls of other contracts were begun. */
  readonly calls: number;
}

/** A guest and its runs. */
export interface EngineCase {
  readonly name: string;
  readonly instrumented: Uint8Array;
  readonly runs: readonly RecordedRun[];
}

/** Interface and prices of rules 1, as the metering crate writes them. */
export const prices: HostPrices = JSON.parse(readFileSync(`${FOLDER}host-prices-1.json`, "utf8"));

/** Every case there is. */
export const engineCases: readonly EngineCase[] = readdirSync(FOLDER)
  .filter((file) => file.endsWith(".runs"))
  .toSorted()
  .map((file) => {
    const name = file.slice(0, -".runs".length);
    const { runs } = JSON.parse(readFileSync(`${FOLDER}${name}.json`, "utf8"));
    return { name, instrumented: readFileSync(`${FOLDER}${name}.instrumented.wasm`), runs };
  });

/** The case with this name. */
export function engineCase(name: string): EngineCase {
  const found = engineCases.find((known) => known.name === name);
  if (found === undefined) throw new Error(`no case ${name}`);
  return found;
}

/** Runs a recorded run again and puts what comes out into the form of the record. */
export function observe(
  engine: Engine,
  module: CompiledModule,
  run: RecordedRun,
  gasLimit = run.gasLimit,
): RecordedRun {
  // Contracts call the case's own module, number 0.
  const host: MockHost = new MockHost((_, calldata, gas, slots) =>
    engine.run(module, "call", calldata, gas, host, slots),
  );
  host.view = run.entry === "view";
  const input = new Uint8Array(Buffer.from(run.input, "hex"));
  const outcome = engine.run(module, run.entry, input, BigInt(gasLimit), host);
  return {
    ...run,
    gasLimit,
    outcome: outcomeRecord(outcome),
    storage: host.stored().map(([key, value]) => [digest(key), digest(value)]),
    logs: host.logs.map(digest),
    effects: host.effects.map(digest),
    calls: host.calls,
  };
}

function outcomeRecord(outcome: RunOutcome): RecordedRun["outcome"] {
  const record: Record<string, unknown> = { ...outcome };
  if ("gasUsed" in outcome) record.gasUsed = Number(outcome.gasUsed);
  if ("data" in outcome) record.data = digest(outcome.data);
  return record as unknown as RecordedRun["outcome"];
}

/** Hex, or length and FNV-1a (64 bits) of what is too long to read. */
export function digest(data: Uint8Array): string {
  if (data.length <= 256) return Buffer.from(data).toString("hex");
  let hash = 0xcbf29ce484222325n;
  for (const byte of data) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return `${data.length} bytes, fnv1a ${hash.toString(16).padStart(16, "0")}`;
}
