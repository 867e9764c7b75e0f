// The engine of the enclave: V8 compiles the instrumented core module, and the adapter of this folder links it.
//
// A run gets an instance of its own (30 to 40 µs), so that nothing a contract leaves behind reaches the next task, and so
// that an instance that trapped is never met again.

import type { GuestExports } from "./canonical-abi.ts";
import { Guest } from "./canonical-abi.ts";
import type { CompiledModule, Engine, Entry } from "./engine.ts";
import { MAX_GAS_LIMIT } from "./engine.ts";
import type { HostFunctions, HostPrices } from "./host-functions.ts";
import { HOST_MODULE, hostImports } from "./host-imports.ts";
import type { Answer, RunOutcome } from "./run-outcome.ts";
import { NO_VIEW, nodeFault, outcomeOfAnswer, outcomeOfFailure } from "./run-outcome.ts";

const PAGE_BYTES = 65_536;

/** A module compiled by V8. */
export interface V8Module extends CompiledModule {
  readonly engine: "v8";
  readonly module: WebAssembly.Module;
  readonly imports: readonly string[];
}

/** V8's engine; it compiles at once. */
export interface V8Engine extends Engine {
  compile(instrumented: Uint8Array): V8Module;
}

type EntryPoint = (pointer: number, length: number) => number;
type PostReturn = (result: number) => void;

/**
 * Makes the engine for one version of the rules.
 *
 * @param observers - what modules import beside the host interface: `enigma:trace` of modules instrumented to be watched
 */
export function v8Engine(prices: HostPrices, observers: WebAssembly.Imports = {}): V8Engine {
  return {
    compile(instrumented) {
      const module = new WebAssembly.Module(instrumented as Uint8Array<ArrayBuffer>);
      const imports = WebAssembly.Module.imports(module)
        .filter((entry) => entry.module === HOST_MODULE)
        .map((entry) => entry.name);
      return { engine: "v8", module, imports };
    },

    run(module, entry, input, gasLimit, host, stackSlots = prices.stackSlots): RunOutcome {
      let limit = gasLimit;
      if (limit > MAX_GAS_LIMIT) limit = MAX_GAS_LIMIT;
      let guest: Guest;
      try {
        guest = instantiate(module as V8Module, prices, host, observers);
      } catch (failure) {
        return nodeFault(failure);
      }
      if (entry === "view" && guest.exports.view === undefined) return NO_VIEW;
      guest.start(limit, stackSlots);
      try {
        const answer = enter(guest, prices, entry, input);
        return outcomeOfAnswer(answer, counters(guest), limit);
      } catch (failure) {
        return outcomeOfFailure(failure, counters(guest), limit);
      }
    },
  };
}

function instantiate(module: V8Module, prices: HostPrices, host: HostFunctions, observers: WebAssembly.Imports): Guest {
  // No host function can run before the instance exists: contracts have no start function.
  const slot = {} as { guest: Guest };
  const imports = { ...observers, [HOST_MODULE]: hostImports(module.imports, prices, slot, host) };
  const instance = new WebAssembly.Instance(module.module, imports as WebAssembly.Imports);
  slot.guest = new Guest(instance.exports as unknown as GuestExports);
  return slot.guest;
}

function enter(guest: Guest, prices: HostPrices, entry: Entry, input: Uint8Array): Answer {
  const exports = guest.exports as unknown as Record<string, unknown>;
  guest.charge(prices.memoryPage * (guest.exports.memory.buffer.byteLength / PAGE_BYTES));
  const pointer = guest.lower(input);
  const result = (exports[entry] as EntryPoint)(pointer, input.length);
  const answer = guest.liftAnswer(result);
  const postReturn = exports[`cabi_post_${entry}`] as PostReturn | undefined;
  if (postReturn !== undefined) guest.serve(() => postReturn(result));
  guest.charge(prices.outputByte * answer.data.length);
  return answer;
}

function counters({ exports }: Guest) {
  return { gas: exports.enigma_gas.value, fault: exports.enigma_fault.value };
}
