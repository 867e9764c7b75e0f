// A run of an instrumented contract and all that it leaves, in a form in which engines are compared.

import type { CompiledModule, Engine, Entry } from "../../enclave-wasm/runtime/engine/engine.ts";
import type { RunOutcome } from "../../enclave-wasm/runtime/engine/run-outcome.ts";
import { MockHost } from "../../test/engine/mock-host.ts";

/** What is run. Bytes are hex. */
export interface CheckedRun {
  readonly entry: Entry;
  readonly input: string;
  readonly gasLimit: number;
  /** Who calls; the mock host's own account by default. */
  readonly sender?: string;
}

/** What came of it. */
export interface ObservedRun {
  readonly entry: Entry;
  readonly input: string;
  readonly gasLimit: number;
  readonly outcome: { readonly kind: string; readonly gasUsed: number; readonly data?: string; readonly trap?: string };
  readonly storage: readonly (readonly [string, string])[];
  readonly logs: readonly string[];
  readonly effects: readonly string[];
  /** How many calls of other contracts were begun. */
  readonly calls: number;
}

/** Runs of one contract, each on a state of its own or all on one. */
export interface Job {
  /** The instrumented module, in hex. */
  readonly instrumented: string;
  readonly runs: readonly CheckedRun[];
  readonly keepsState: boolean;
  /** The module lacks the section that says which world it implements, as those that no Rust compiler made. */
  readonly isBare: boolean;
}

/** Does a job with an engine of this process. */
export function runJob(engine: Engine, module: CompiledModule, job: Job): ObservedRun[] {
  let host = hostFor(engine, module);
  return job.runs.map((run) => {
    if (!job.keepsState) host = hostFor(engine, module);
    const undo = host.begin(run.entry === "view", bytes(run.sender ?? "11".repeat(20)));
    const outcome = engine.run(module, run.entry, bytes(run.input), BigInt(run.gasLimit), host);
    const observed = observedRun(run, outcome, host);
    if (outcome.kind !== "returned") undo();
    return observed;
  });
}

function hostFor(engine: Engine, module: CompiledModule): MockHost {
  // Contracts call their own module, number 0: all that there is.
  const host: MockHost = new MockHost((number, calldata, gas, slots) =>
    number === 0 ? engine.run(module, "call", calldata, gas, host, slots) : { kind: "node-fault", reason: "no module" },
  );
  return host;
}

/** The form of a run's end and of what the host holds after it. */
export function observedRun({ entry, input, gasLimit }: CheckedRun, outcome: RunOutcome, host: MockHost): ObservedRun {
  return {
    entry,
    input,
    gasLimit,
    outcome: outcomeRecord(outcome),
    storage: host.stored().map(([key, value]) => [digest(key), digest(value)] as const),
    logs: host.logs.map(digest),
    effects: host.effects.map(digest),
    calls: host.calls,
  };
}

function outcomeRecord(outcome: RunOutcome): ObservedRun["outcome"] {
  const record: Record<string, unknown> = { ...outcome };
  if ("gasUsed" in outcome) record.gasUsed = Number(outcome.gasUsed);
  if ("data" in outcome) record.data = digest(outcome.data);
  return record as unknown as ObservedRun["outcome"];
}

/** Hex, or length and FNV-1a (64 bits) of what is too long to read. */
export function digest(data: Uint8Array): string {
  if (data.length <= 256) return Buffer.from(data).toString("hex");
  let hash = 0xcbf29ce484222325n;
  for (const byte of data) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return `${data.length} bytes, fnv1a ${hash.toString(16).padStart(16, "0")}`;
}

/** The bytes of hex. */
export function bytes(hex: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(hex, "hex"));
}
