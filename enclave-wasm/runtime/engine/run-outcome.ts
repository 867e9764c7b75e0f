// How a run ends, decided in one place so that all engines decide alike.

import type { TrapCode } from "./trap-code.ts";
import { trapCodeOf } from "./trap-code.ts";

/** The end of a run. All but `node-fault` are results: every engine gives the same one with the same gas. */
export type RunOutcome =
  | { readonly kind: "returned" | "reverted" | "panicked"; readonly data: Uint8Array; readonly gasUsed: bigint }
  | { readonly kind: "out-of-gas" | "out-of-memory" | "stack-overflow"; readonly gasUsed: bigint }
  | { readonly kind: "trapped"; readonly trap: TrapCode; readonly gasUsed: bigint }
  | { readonly kind: "node-fault"; readonly reason: string };

/** What an entry point handed back. */
export interface Answer {
  readonly failed: boolean;
  readonly data: Uint8Array;
}

/** Thrown through the guest by a host function that ends the run. */
export class RunSignal extends Error {
  readonly kind: "out-of-gas" | "panicked" | "trapped";
  readonly trap: TrapCode | undefined;
  readonly data: Uint8Array | undefined;

  constructor(kind: "out-of-gas" | "panicked" | "trapped", trap?: TrapCode, data?: Uint8Array) {
    super(trap ?? kind);
    this.kind = kind;
    this.trap = trap;
    this.data = data;
  }
}

/** What a host function throws where the contract may not do what it asked for. */
export function hostTrap(trap: TrapCode): RunSignal {
  return new RunSignal("trapped", trap);
}

/** What a view of a module without the export comes to. */
export const NO_VIEW: RunOutcome = { kind: "reverted", data: new Uint8Array(), gasUsed: 0n };

/** Thrown through the guest where the enclave's own code failed. */
export class HostFailure extends Error {
  constructor(cause: unknown) {
    super("a host function failed", { cause });
  }
}

/** Meanings of the exported `enigma_fault`, as in `metering/src/sequence.rs`. */
const FAULT_STACK = 1;
const FAULT_MEMORY = 2;

/** What the instance's counters say when the run is over. */
export interface Counters {
  readonly gas: bigint;
  readonly fault: number;
}

/** The outcome of a run that came back. */
export function outcomeOfAnswer(answer: Answer, counters: Counters, limit: bigint): RunOutcome {
  if (counters.gas < 0n) return { kind: "out-of-gas", gasUsed: limit };
  return { kind: answer.failed ? "reverted" : "returned", data: answer.data, gasUsed: limit - counters.gas };
}

/** The outcome of a run that threw. Faults of the node come first, then gas, then metering's own traps. */
export function outcomeOfFailure(failure: unknown, counters: Counters, limit: bigint): RunOutcome {
  const trap = failure instanceof WebAssembly.RuntimeError ? trapCodeOf(failure) : undefined;
  if (!(failure instanceof RunSignal) && trap === undefined) return nodeFault(failure);
  if (counters.gas < 0n) return { kind: "out-of-gas", gasUsed: limit };
  const gasUsed = limit - counters.gas;
  if (counters.fault === FAULT_STACK) return { kind: "stack-overflow", gasUsed };
  if (counters.fault === FAULT_MEMORY) return { kind: "out-of-memory", gasUsed };
  if (counters.fault !== 0) return nodeFault(new Error("the engine refused memory within the limit"));
  if (trap !== undefined) return { kind: "trapped", trap, gasUsed };
  return outcomeOfSignal(failure as RunSignal, gasUsed);
}

function outcomeOfSignal(signal: RunSignal, gasUsed: bigint): RunOutcome {
  if (signal.kind === "panicked" && signal.data) return { kind: "panicked", data: signal.data, gasUsed };
  if (signal.kind === "trapped" && signal.trap) return { kind: "trapped", trap: signal.trap, gasUsed };
  return nodeFault(new Error("out of gas was signalled with gas left"));
}

/** The outcome of a run that the node could not carry through. The reason names errors, never data. */
export function nodeFault(failure: unknown): RunOutcome {
  const cause = failure instanceof HostFailure ? failure.cause : failure;
  const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : "unknown failure";
  return { kind: "node-fault", reason: failure instanceof HostFailure ? `host function: ${reason}` : reason };
}
