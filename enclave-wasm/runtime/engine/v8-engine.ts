// The engine of the enclave: V8 compiles the instrumented core module, and the adapter of this folder links it.
//
// A run gets an instance that nothing has run in, or one that is as if nothing had: put back as soon as its run had returned or
// reverted. So nothing that a contract leaves behind reaches the next task, and an instance that trapped is never met again.

import type { Guest } from "./canonical-abi.ts";
import type { CompiledModule, Engine, Entry } from "./engine.ts";
import { MAX_GAS_LIMIT } from "./engine.ts";
import type { HostPrices } from "./host-functions.ts";
import { HOST_MODULE, hostImports } from "./host-imports.ts";
import type { Import, RunSlot } from "./import-shapes.ts";
import { type EntryPoint, Instance } from "./instance.ts";
import { InstancePool, type Reusable } from "./instance-pool.ts";
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

/** What is only for tests and for developers' own simulations. */
export interface V8EngineOptions {
  /** False: every run gets an instance of its own. */
  readonly reuse?: boolean;
  /** Adds to the imports of an instance, or wraps them. */
  readonly imports?: (imports: Record<string, Import>, slot: RunSlot) => WebAssembly.Imports;
}

/** Makes the engine for one version of the rules. */
export function v8Engine(prices: HostPrices, options: V8EngineOptions = {}): V8Engine {
  const pool = new InstancePool();
  return {
    compile(instrumented) {
      const module = new WebAssembly.Module(instrumented as Uint8Array<ArrayBuffer>);
      const imported = WebAssembly.Module.imports(module).filter((entry) => entry.module === HOST_MODULE);
      return { engine: "v8", module, imports: imported.map(({ name }) => name) };
    },

    run(module, entry, input, gasLimit, host, stackSlots = prices.stackSlots): RunOutcome {
      let limit = gasLimit;
      if (limit > MAX_GAS_LIMIT) limit = MAX_GAS_LIMIT;
      let used: Reusable;
      try {
        used = pool.take(module) ?? instantiate(module as V8Module, prices, options);
      } catch (failure) {
        return nodeFault(failure);
      }
      const { instance, initial } = used;
      instance.serve(host);
      const outcome = runIn(instance, prices, entry, input, limit, stackSlots);
      const ended = outcome.kind === "returned" || outcome.kind === "reverted";
      if (ended && initial !== undefined && instance.restore(initial)) pool.keep(used);
      return outcome;
    },
  };
}

function instantiate(module: V8Module, prices: HostPrices, { reuse = true, imports }: V8EngineOptions): Reusable {
  const slot = {} as RunSlot;
  const host = hostImports(module.imports, prices, slot);
  const all = imports === undefined ? { [HOST_MODULE]: host as WebAssembly.ModuleImports } : imports(host, slot);
  const instance = new Instance(module.module, all, slot);
  return { module, instance, initial: reuse ? instance.initialMemory() : undefined };
}

function runIn(
  instance: Instance,
  prices: HostPrices,
  entry: Entry,
  input: Uint8Array,
  limit: bigint,
  stackSlots: number,
): RunOutcome {
  const { guest } = instance;
  if (entry === "view" && instance.entry(entry) === undefined) return NO_VIEW;
  guest.start(limit, stackSlots);
  try {
    const answer = enter(instance, prices, entry, input);
    return outcomeOfAnswer(answer, counters(guest), limit);
  } catch (failure) {
    return outcomeOfFailure(failure, counters(guest), limit);
  }
}

function enter(instance: Instance, prices: HostPrices, entry: Entry, input: Uint8Array): Answer {
  const { guest } = instance;
  guest.charge(prices.memoryPage * (guest.exports.memory.buffer.byteLength / PAGE_BYTES));
  const pointer = guest.lower(input);
  const result = (instance.entry(entry) as EntryPoint)(pointer, input.length);
  const answer = guest.liftAnswer(result);
  const postReturn = instance.postReturn(entry);
  if (postReturn !== undefined) guest.serve(() => postReturn(result));
  guest.charge(prices.outputByte * answer.data.length);
  return answer;
}

function counters({ exports }: Guest) {
  return { gas: exports.enigma_gas.value, fault: exports.enigma_fault.value };
}
