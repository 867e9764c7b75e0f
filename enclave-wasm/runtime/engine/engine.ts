// What an engine is: something that runs an instrumented contract and always ends it in the same way as every other
// engine, with the same gas.

import type { HostFunctions } from "./host-functions.ts";
import type { RunOutcome } from "./run-outcome.ts";

/** A module that an engine has compiled; it belongs to the engine that made it and may run any number of times. */
export interface CompiledModule {
  /** The name of the engine. */
  readonly engine: string;
}

/** Which entry point of a contract runs: its constructor, any other function, or one that changes nothing. */
export type Entry = "deploy" | "call" | "view";

/** Highest gas limit of a run; a higher one counts as this one. As MAX_GAS_LIMIT in `metering/src/limits.rs`. */
export const MAX_GAS_LIMIT = 2n ** 50n;

/** Runs contracts that `metering` has instrumented under one version of the rules. */
export interface Engine {
  /**
   * Compiles an instrumented module. V8's engine answers at once, jco's with a promise.
   *
   * @throws whatever the engine says when it cannot compile the module: a fault of the node, since the module is valid
   */
  compile(instrumented: Uint8Array): CompiledModule | Promise<CompiledModule>;

  /**
   * Runs an entry point in a fresh instance. Never throws: a node that cannot run answers `node-fault`. A view of a module
   * that has none ends reverted, without data and gas.
   *
   * @param input - plaintext without padding
   * @param gasLimit - what is left after the intrinsic price
   * @param stackSlots - how deep its calls may nest: for a contract that another has called; else all there are
   */
  run(
    module: CompiledModule,
    entry: Entry,
    input: Uint8Array,
    gasLimit: bigint,
    host: HostFunctions,
    stackSlots?: number,
  ): RunOutcome;
}
