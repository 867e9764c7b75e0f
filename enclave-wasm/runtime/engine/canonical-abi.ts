// The Component Model's canonical ABI for the one world of secret contracts, and nothing more of it.
//
// Read against `contracts/wit/secret-contract.wit`: parameters and results are integers, `list<u8>`, `option<list<u8>>` and
// `result<list<u8>, list<u8>>`. A list is passed as pointer and length; a result that is more than one value goes through a
// return pointer; lists for the guest are put where its `cabi_realloc` says, also empty ones, since that call burns gas and
// every runner makes it.
//
// The guest is hostile. Hence: every pointer is checked against the memory of that moment; the view of memory is made
// anew when memory has grown; nothing the guest calls while it serves us (`cabi_realloc`, `cabi_post_*`) may call out again,
// or it could nest host calls until V8's own stack ends, at a depth that differs between machines.
//
// The order of the checks of a host call decides which of two failures a task ends with, so it is the same in
// `wasmi-runner`: no call out of a service, bounds, lengths, charge, call, charge for the result, lower the result.

import type { Answer } from "./run-outcome.ts";
import { hostTrap, RunSignal } from "./run-outcome.ts";

/** The exports of an instrumented contract. */
export interface GuestExports {
  readonly memory: WebAssembly.Memory;
  /** What a contract need not have. */
  readonly view?: unknown;
  readonly cabi_realloc: (pointer: number, oldSize: number, align: number, size: number) => number;
  readonly enigma_charge: (amount: number) => number;
  readonly enigma_gas: WebAssembly.Global<"i64">;
  readonly enigma_stack: WebAssembly.Global<"i32">;
  readonly enigma_fault: WebAssembly.Global<"i32">;
}

const LITTLE_ENDIAN = true;

/** An instance, seen through the canonical ABI. */
export class Guest {
  readonly exports: GuestExports;
  /** Inside `cabi_realloc` or `cabi_post_*`. */
  private serving = false;
  private bytes: Uint8Array;
  private words: DataView;

  constructor(exports: GuestExports) {
    this.exports = exports;
    this.bytes = new Uint8Array(exports.memory.buffer);
    this.words = new DataView(exports.memory.buffer);
  }

  /** Refuses a host call from inside a service. */
  enterHost(): void {
    if (this.serving) throw hostTrap("host-reentry");
  }

  /** Takes gas; ends the run where it is not left. Amounts stay below 2^32: 24 for each of 3 × 16 MiB at the most. */
  charge(amount: number): void {
    if (this.exports.enigma_charge(amount) !== 0) throw new RunSignal("out-of-gas");
  }

  /** Takes any amount of gas; ends the run where it is not left. */
  burn(amount: number | bigint): void {
    const left = this.exports.enigma_gas.value - BigInt.asUintN(64, BigInt(amount));
    this.exports.enigma_gas.value = left < 0n ? -1n : left;
    if (left < 0n) throw new RunSignal("out-of-gas");
  }

  /** Gives a run what it may use. */
  start(gasLimit: bigint, stackSlots: number): void {
    this.exports.enigma_gas.value = gasLimit;
    this.exports.enigma_stack.value = stackSlots;
  }

  /** A copy of a list in memory. */
  read(pointer: number, length: number): Uint8Array {
    const start = pointer >>> 0;
    const end = start + (length >>> 0);
    const memory = this.memory();
    if (end > memory.byteLength) throw hostArgument();
    return memory.slice(start, end);
  }

  /** Runs an export that serves the runner. */
  serve<T>(service: () => T): T {
    this.serving = true;
    const answer = service();
    this.serving = false;
    return answer;
  }

  /** Puts a list into the guest's memory and answers where. */
  lower(list: Uint8Array): number {
    this.serving = true;
    const pointer = this.exports.cabi_realloc(0, 0, 1, list.length) >>> 0;
    this.serving = false;
    this.inMemory(pointer, list.length);
    this.bytes.set(list, pointer);
    return pointer;
  }

  /** Lowers a `list<u8>` through a return pointer. */
  lowerResult(list: Uint8Array, area: number): void {
    const pointer = this.lower(list);
    const at = this.area(area, 8);
    this.words.setUint32(at, pointer, LITTLE_ENDIAN);
    this.words.setUint32(at + 4, list.length, LITTLE_ENDIAN);
  }

  /** Lowers an `option<list<u8>>` through a return pointer. */
  lowerOption(list: Uint8Array | undefined, area: number): void {
    const pointer = list === undefined ? 0 : this.lower(list);
    const at = this.area(area, 12);
    this.words.setUint8(at, list === undefined ? 0 : 1);
    if (list === undefined) return;
    this.words.setUint32(at + 4, pointer, LITTLE_ENDIAN);
    this.words.setUint32(at + 8, list.length, LITTLE_ENDIAN);
  }

  /** Lifts the `result<list<u8>, list<u8>>` of an entry point. */
  liftAnswer(area: number): Answer {
    const at = this.area(area, 12);
    const discriminant = this.words.getUint8(at);
    if (discriminant > 1) throw hostArgument();
    const pointer = this.words.getUint32(at + 4, LITTLE_ENDIAN);
    const length = this.words.getUint32(at + 8, LITTLE_ENDIAN);
    return { failed: discriminant === 1, data: this.read(pointer, length) };
  }

  /** Traps where a list does not lie in memory. */
  inMemory(pointer: number, length: number): void {
    if ((pointer >>> 0) + length > this.memory().byteLength) throw hostArgument();
  }

  /** A return area: aligned to four bytes, wholly in memory. */
  area(pointer: number, size: number): number {
    const at = pointer >>> 0;
    if (at % 4 !== 0 || at + size > this.memory().byteLength) throw hostArgument();
    return at;
  }

  /** Memory as it is now: growing detaches the buffer, which then has no bytes. */
  memory(): Uint8Array {
    if (this.bytes.byteLength === 0) {
      this.bytes = new Uint8Array(this.exports.memory.buffer);
      this.words = new DataView(this.exports.memory.buffer);
    }
    return this.bytes;
  }
}

/** The guest handed over a pointer, length or discriminant that it must not. */
export function hostArgument(): RunSignal {
  return hostTrap("host-argument");
}
