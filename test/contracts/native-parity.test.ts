import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { keccak256 } from "ethers";
import { describe, expect, it } from "vitest";
import type { Entry } from "../../enclave-wasm/runtime/engine/engine.ts";
import type { RunOutcome } from "../../enclave-wasm/runtime/engine/run-outcome.ts";
import { meteredContract } from "./metered-contract.ts";
import type { Task } from "./reference-host.ts";
import { hex, referenceHost } from "./reference-host.ts";

interface Run {
  readonly entry: Entry;
  readonly input: string;
  readonly outcome: { readonly kind: string; readonly data?: string; readonly message?: string };
}

interface NativeRecord {
  readonly task: Task;
  readonly runs: readonly Run[];
  readonly store: readonly [string, string][];
  readonly logs: readonly string[];
}

const RECORD = fileURLToPath(new URL("../vectors/contracts/probe.json", import.meta.url));
const recorded: NativeRecord = JSON.parse(readFileSync(RECORD, "utf8"));
const GAS = 2n ** 40n;
const LONG_VALUE = 100;

const probe = meteredContract("probe");

/** The outcome in the form of the record. A panic in WebAssembly says its place before the message. */
function comparable(outcome: RunOutcome): Run["outcome"] {
  if (outcome.kind === "panicked") {
    const text = Buffer.from(outcome.data).toString("utf8");
    expect(text).toMatch(/^panicked at .*\.rs:\d+:\d+:\n/);
    return { kind: outcome.kind, message: text.slice(text.indexOf("\n") + 1) };
  }
  return "data" in outcome ? { kind: outcome.kind, data: hex(outcome.data) } : { kind: outcome.kind };
}

describe("the probe in WebAssembly", () => {
  it("does byte for byte what it does natively", async () => {
    let store = new Map<string, string>();
    const logs: string[] = [];
    for (const run of recorded.runs) {
      const written = new Map(store);
      const host = await referenceHost(recorded.task, written, logs);
      const outcome = probe(run.entry, new Uint8Array(Buffer.from(run.input, "hex")), GAS, host);
      expect({ input: run.input, ...comparable(outcome) }).toEqual({ input: run.input, ...run.outcome });
      if (outcome.kind === "returned") store = written;
    }
    const digest = (value: string) => (value.length > 2 * LONG_VALUE ? keccak256(`0x${value}`).slice(2) : value);
    const stored = [...store].toSorted(([a], [b]) => (a < b ? -1 : 1));
    expect(stored.map(([key, value]) => [key, digest(value)])).toEqual(recorded.store);
    expect(logs).toEqual(recorded.logs);
  });
});
