import { type CompiledModule, MAX_GAS_LIMIT, type Engine as Runner } from "../../enclave-wasm/runtime/engine/engine.ts";
import type { HostPrices } from "../../enclave-wasm/runtime/engine/host-functions.ts";
import { jcoEngine } from "../../enclave-wasm/runtime/engine/jco-engine.ts";
import { v8Engine } from "../../enclave-wasm/runtime/engine/v8-engine.ts";
import { calldata, type Engine, timed } from "./engine-work.ts";
import { mapHost } from "./map-host.ts";

/** The enclave's engine, outside the enclave: its state is a JavaScript map. */
export function enclaveEngine(instrumented: Uint8Array, prices: HostPrices): Engine {
  const runner = v8Engine(prices);
  return engine("ours", runner, runner.compile(instrumented));
}

/** jco's component and generated glue. */
export async function jcoRunner(instrumented: Uint8Array, prices: HostPrices): Promise<Engine> {
  const runner = jcoEngine(prices);
  // Its host calls take so long that one run at a time is enough of them.
  return engine("jco", runner, await runner.compile(instrumented), 1);
}

/** @param most runs that are timed together */
function engine(name: string, runner: Runner, module: CompiledModule, most = Number.POSITIVE_INFINITY): Engine {
  return {
    name,
    run(work) {
      const input = calldata(work);
      return timed(Math.min(work.times, most), () => {
        const outcome = runner.run(module, "call", input, MAX_GAS_LIMIT, mapHost());
        if (outcome.kind !== "returned") throw new Error(`${name}: the contract ended ${outcome.kind}`);
        return { gas: outcome.gasUsed, data: outcome.data };
      });
    },
  };
}
