import { readFileSync } from "node:fs";
import { componentEmbed } from "@bytecodealliance/jco";
import { describe, expect, it } from "vitest";
import { jcoEngine } from "../../enclave-wasm/runtime/engine/jco-engine.ts";
import { engineCases, observe, prices } from "./engine-cases.ts";

const engine = jcoEngine(prices);
const witSource = readFileSync(new URL("../../contracts/wit/secret-contract.wit", import.meta.url), "utf8");

/** Guests written as text lack the section that says which world they implement; Rust guests carry it. */
async function withWorld(name: string, instrumented: Uint8Array): Promise<Uint8Array> {
  if (name === "probe") return instrumented;
  const hasView = WebAssembly.Module.exports(new WebAssembly.Module(new Uint8Array(instrumented))).some(
    ({ name }) => name === "view",
  );
  // A component must export what its world does; a contract need not.
  const world = hasView ? witSource : witSource.replace(/^ *export view: .*$/m, "");
  return componentEmbed({ binary: instrumented, witSource: world, world: "secret-contract" });
}

describe.each(engineCases)("jco and the case $name", ({ name, instrumented, runs }) => {
  it("agrees with wasmi and V8 on every run", async () => {
    const module = await engine.compile(await withWorld(name, instrumented));
    for (const run of runs) expect(observe(engine, module, run), run.note).toEqual(run);
  });
});
