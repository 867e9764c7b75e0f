import { expect, it } from "vitest";
import { v8Engine } from "../../enclave-wasm/runtime/engine/v8-engine.ts";
import { ModuleCache } from "../../enclave-wasm/runtime/module-cache.ts";
import { engineCase, prices } from "./engine-cases.ts";
import { MockHost } from "./mock-host.ts";

it("compiles a module that lies in the enclave's memory also where asking for prices makes that memory grow", () => {
  const { instrumented } = engineCase("probe");
  const memory = new WebAssembly.Memory({ initial: Math.ceil(instrumented.length / 65_536) });
  new Uint8Array(memory.buffer).set(instrumented);
  const askForPrices = () => {
    memory.grow(1);
    return prices;
  };
  const cache = new ModuleCache(new MockHost(), askForPrices, v8Engine);
  const number = cache.compile(new Uint8Array(memory.buffer, 0, instrumented.length), 1);
  expect(cache.run(number, "call", Uint8Array.of(0x0a), 10_000_000n).kind).not.toBe("node-fault");
});
