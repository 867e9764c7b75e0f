// A built contract as an enclave runs it: instrumented, on V8.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as metering from "../../enclave-wasm/dist/metering/metering.js";
import type { Entry } from "../../enclave-wasm/runtime/engine/engine.ts";
import type { HostFunctions, HostPrices } from "../../enclave-wasm/runtime/engine/host-functions.ts";
import type { RunOutcome } from "../../enclave-wasm/runtime/engine/run-outcome.ts";
import { v8Engine } from "../../enclave-wasm/runtime/engine/v8-engine.ts";
import { builtModule } from "./built-module.ts";

const RULES = 1;
const WASM = fileURLToPath(new URL("../../enclave-wasm/dist/metering/metering_bg.wasm", import.meta.url));

/** Runs an entry point of the contract; `stackSlots` where another contract has called it. */
export type Run = (
  entry: Entry,
  input: Uint8Array,
  gasLimit: bigint,
  host: HostFunctions,
  stackSlots?: number,
) => RunOutcome;

/** Interface and prices, as the engines take them. */
export function hostPrices(): HostPrices {
  metering.initSync({ module: readFileSync(WASM) });
  return JSON.parse(metering.host_prices(RULES) ?? "{}");
}

/** A built contract, ready to be compiled by an engine. */
export function instrumentedContract(name: string): Uint8Array {
  metering.initSync({ module: readFileSync(WASM) });
  return metering.instrument_module(builtModule(name), RULES);
}

/** Makes a built contract ready to run. */
export function meteredContract(name: string): Run {
  const engine = v8Engine(hostPrices());
  const module = engine.compile(instrumentedContract(name));
  return (...run) => engine.run(module, ...run);
}
