import { readFileSync } from "node:fs";
import { AbiCoder, getBytes } from "ethers";
import { describe, expect, it } from "vitest";
import type { CompiledModule, Engine } from "../../enclave-wasm/runtime/engine/engine.ts";
import { jcoEngine } from "../../enclave-wasm/runtime/engine/jco-engine.ts";
import type { RunOutcome } from "../../enclave-wasm/runtime/engine/run-outcome.ts";
import { v8Engine } from "../../enclave-wasm/runtime/engine/v8-engine.ts";
import { TRAPS } from "../../host/protocol/ending.ts";
import { hostPrices, instrumentedContract } from "./metered-contract.ts";
import { hex, type Task } from "./reference-host.ts";
import { type Deployed, type EffectRecord, ReferenceNetwork } from "./reference-network.ts";

interface Run {
  readonly entry: "call" | "view";
  readonly input: string;
  readonly outcome: { readonly kind: string; readonly data?: string; readonly trap?: number };
  readonly effects: readonly EffectRecord[];
}

interface NativeRecord {
  readonly task: Task;
  readonly contracts: readonly (Deployed & { readonly store: readonly [string, string][] })[];
  readonly runs: readonly Run[];
}

const recorded: NativeRecord = JSON.parse(
  readFileSync(new URL("../vectors/contracts/messenger.json", import.meta.url), "utf8"),
);
const GAS = 2n ** 40n;
/** The probe's first entry, as the record's network has it. */
const ENTRY = AbiCoder.defaultAbiCoder().encode(["bytes", "bytes"], [Buffer.from("first"), Buffer.from("entry")]);

function comparable(outcome: RunOutcome): Run["outcome"] {
  if (outcome.kind === "trapped") return { kind: outcome.kind, trap: TRAPS.indexOf(outcome.trap) + 1 };
  return "data" in outcome ? { kind: outcome.kind, data: hex(outcome.data) } : { kind: outcome.kind };
}

/** Runs the record from the start; what came of it, and the gas of each run. */
async function replay(engine: Engine) {
  const modules = new Map<string, CompiledModule>();
  for (const name of ["messenger", "probe"]) modules.set(name, await engine.compile(instrumentedContract(name)));
  const network = new ReferenceNetwork(recorded.task, recorded.contracts, engine, modules);
  for (const { address, name } of recorded.contracts) {
    const { outcome } = await network.run(
      "deploy",
      address,
      name === "probe" ? getBytes(ENTRY) : new Uint8Array(),
      GAS,
    );
    expect(outcome.kind).toBe("returned");
  }
  const runs: Run[] = [];
  const gas: bigint[] = [];
  for (const { entry, input } of recorded.runs) {
    const bytes = new Uint8Array(Buffer.from(input, "hex"));
    const { outcome, effects } = await network.run(entry, recorded.task.selfAddress, bytes, GAS);
    runs.push({ entry, input, outcome: comparable(outcome), effects });
    gas.push("gasUsed" in outcome ? outcome.gasUsed : -1n);
  }
  const contracts = recorded.contracts.map((contract) => ({ ...contract, store: network.stored(contract.address) }));
  return { runs, contracts, gas };
}

describe("messengers and a probe in WebAssembly", () => {
  it("do byte for byte what they do natively, and use the same gas on every engine", async () => {
    const prices = hostPrices();
    const byV8 = await replay(v8Engine(prices));
    for (const [index, run] of recorded.runs.entries())
      expect(byV8.runs[index], `run ${index}, ${run.input.slice(0, 8)}`).toEqual(run);
    expect(byV8.contracts).toEqual(recorded.contracts);
    expect(await replay(jcoEngine(prices))).toEqual(byV8);
  });
});
