// Compiled modules under numbers, for the enclave's core, which decides what is compiled and for how long it is kept.
//
// The core's key of a module is code hash, version of the rules and version of the instrumenter, so a number stands for
// exactly one instrumented module with one price schedule.

import type { CompiledModule, Entry } from "./engine/engine.ts";
import type { HostFunctions, HostPrices } from "./engine/host-functions.ts";
import type { RunOutcome } from "./engine/run-outcome.ts";
import type { V8Engine } from "./engine/v8-engine.ts";

/** An engine that compiles at once. */
export type SynchronousEngine = Pick<V8Engine, "compile" | "run">;

interface CachedModule {
  readonly engine: SynchronousEngine;
  readonly compiled: CompiledModule;
}

/** The engine as the core sees it. */
export class ModuleCache {
  readonly #engines = new Map<number, SynchronousEngine>();
  readonly #modules = new Map<number, CachedModule>();
  readonly #pricesOf: (rules: number) => HostPrices;
  readonly #makeEngine: (prices: HostPrices) => SynchronousEngine;
  readonly #host: HostFunctions;
  #next = 1;

  constructor(
    host: HostFunctions,
    pricesOf: (rules: number) => HostPrices,
    makeEngine: (prices: HostPrices) => SynchronousEngine,
  ) {
    this.#host = host;
    this.#pricesOf = pricesOf;
    this.#makeEngine = makeEngine;
  }

  /** Compiles an instrumented module; throws what the engine throws. */
  compile(instrumented: Uint8Array, rules: number): number {
    const engine = this.#engineFor(rules);
    // What comes in is a view of the enclave's memory, which may move.
    const compiled = engine.compile(instrumented.slice()) as CompiledModule;
    const number = this.#next++;
    this.#modules.set(number, { engine, compiled });
    return number;
  }

  release(number: number): void {
    this.#modules.delete(number);
  }

  run(number: number, entry: Entry, input: Uint8Array, gasLimit: bigint): RunOutcome {
    const module = this.#modules.get(number);
    if (module === undefined) return { kind: "node-fault", reason: "the module is not compiled" };
    return module.engine.run(module.compiled, entry, input.slice(), gasLimit, this.#host);
  }

  #engineFor(rules: number): SynchronousEngine {
    let engine = this.#engines.get(rules);
    if (engine === undefined) {
      engine = this.#makeEngine(this.#pricesOf(rules));
      this.#engines.set(rules, engine);
    }
    return engine;
  }
}
