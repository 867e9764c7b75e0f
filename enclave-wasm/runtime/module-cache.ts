// Compiled modules under numbers, for the enclave's core, which decides what is compiled and for how long it is kept.
//
// The core's key of a module is code hash, version of the rules and version of the instrumenter, so a number stands for
// exactly one instrumented module with one price schedule.

//
// The core compiles in the middle of an ecall and cannot wait. An engine that needs time (jco's) answers with a promise: the
// ecall fails, and whoever answers frames waits for `compiling` and answers the same frame again.

import type { CompiledModule, Engine, Entry } from "./engine/engine.ts";
import type { HostFunctions, HostPrices } from "./engine/host-functions.ts";
import type { RunOutcome } from "./engine/run-outcome.ts";

interface CachedModule {
  readonly engine: Engine;
  readonly compiled: CompiledModule;
}

/** A module that an engine took its time for. */
interface Prepared {
  readonly instrumented: Uint8Array;
  readonly rules: number;
  readonly compiled: CompiledModule | undefined;
}

const NOT_COMPILED: RunOutcome = { kind: "node-fault", reason: "the module is not compiled" };

/** The engine as the core sees it. */
export class ModuleCache {
  readonly #engines = new Map<number, Engine>();
  readonly #modules = new Map<number, CachedModule>();
  readonly #pricesOf: (rules: number) => HostPrices;
  readonly #makeEngine: (prices: HostPrices) => Engine;
  readonly #host: HostFunctions;
  #next = 1;
  #prepared: Prepared | undefined;
  #compiling: Promise<void> | undefined;

  constructor(
    host: HostFunctions,
    pricesOf: (rules: number) => HostPrices,
    makeEngine: (prices: HostPrices) => Engine,
  ) {
    this.#host = host;
    this.#pricesOf = pricesOf;
    this.#makeEngine = makeEngine;
  }

  /** What the ecall that was just answered has to wait for before it is answered again. */
  get compiling(): Promise<void> | undefined {
    return this.#compiling;
  }

  /** Compiles an instrumented module; throws where the engine cannot, or needs time. */
  compile(view: Uint8Array, rules: number): number {
    // What comes in is a view of the enclave's memory, which moves where asking the enclave for prices makes it grow.
    const instrumented = view.slice();
    const engine = this.#engineFor(rules);
    const number = this.#next++;
    this.#modules.set(number, {
      engine,
      compiled: this.#takePrepared(instrumented, rules) ?? this.#compile(engine, instrumented, rules),
    });
    return number;
  }

  release(number: number): void {
    this.#modules.delete(number);
  }

  /** Runs an entry point for the core. */
  run(number: number, entry: Entry, input: Uint8Array, gasLimit: bigint): RunOutcome {
    const module = this.#modules.get(number);
    if (module === undefined) return NOT_COMPILED;
    return module.engine.run(module.compiled, entry, input.slice(), gasLimit, this.#host);
  }

  /** Runs a contract that the running one has called, with the stack slots that are left. */
  runCalled(number: number, calldata: Uint8Array, gasLimit: bigint, stackSlots: number): RunOutcome {
    const module = this.#modules.get(number);
    if (module === undefined) return NOT_COMPILED;
    return module.engine.run(module.compiled, "call", calldata, gasLimit, this.#host, stackSlots);
  }

  #compile(engine: Engine, instrumented: Uint8Array, rules: number): CompiledModule {
    const compiled = engine.compile(instrumented);
    if (!(compiled instanceof Promise)) return compiled;
    const prepare = (result: CompiledModule | undefined): void => {
      this.#prepared = { instrumented, rules, compiled: result };
      this.#compiling = undefined;
    };
    this.#compiling = compiled.then(prepare, () => prepare(undefined));
    throw new Error("the engine needs time");
  }

  /** The module that was waited for. Throws where the engine could not compile it. */
  #takePrepared(instrumented: Uint8Array, rules: number): CompiledModule | undefined {
    const prepared = this.#prepared;
    if (prepared === undefined || prepared.rules !== rules || !equal(prepared.instrumented, instrumented))
      return undefined;
    this.#prepared = undefined;
    if (prepared.compiled === undefined) throw new Error("the engine did not compile the module");
    return prepared.compiled;
  }

  #engineFor(rules: number): Engine {
    let engine = this.#engines.get(rules);
    if (engine === undefined) {
      engine = this.#makeEngine(this.#pricesOf(rules));
      this.#engines.set(rules, engine);
    }
    return engine;
  }
}

function equal(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}
