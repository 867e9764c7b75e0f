// A built contract as an enclave runs it: instrumented, on V8.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as metering from "../../enclave-wasm/dist/metering/metering.js";
import type { Entry } from "../../enclave-wasm/runtime/engine/engine.ts";
import type { HostFunctions } from "../../enclave-wasm/runtime/engine/host-functions.ts";
import type { RunOutcome } from "../../enclave-wasm/runtime/engine/run-outcome.ts";
import { v8Engine } from "../../enclave-wasm/runtime/engine/v8-engine.ts";
import { builtModule } from "./built-module.ts";

const RULES = 1;
const WASM = fileURLToPath(new URL("../../enclave-wasm/dist/metering/metering_bg.wasm", import.meta.url));

/** Runs an entry point of the contract. */
export type Run = (entry: Entry, input: Uint8Array, gasLimit: bigint, host: HostFunctions) => RunOutcome;

/** Makes a built contract ready to run. */
export function meteredContract(name: string): Run {
  metering.initSync({ module: readFileSync(WASM) });
  const engine = v8Engine(JSON.parse(metering.host_prices(RULES) ?? "{}"));
  const module = engine.compile(metering.instrument_module(builtModule(name), RULES));
  return (entry, input, gasLimit, host) => engine.run(module, entry, input, gasLimit, host);
}
