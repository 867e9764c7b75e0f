// An instance of a contract, which can be put back to what it was when it was made.
//
// What a run can change of an instance: memory (bytes and size), globals, tables, and which segments are left. A module that has
// instructions for the last two does not export `enigma_restore`, and its instances run once. The others are as new again once
// memory of the same size has its first bytes and `enigma_restore` has set every global; the engine keeps nothing else of a run.

import { Guest, type GuestExports } from "./canonical-abi.ts";
import type { Entry } from "./engine.ts";
import type { HostFunctions } from "./host-functions.ts";
import type { RunSlot } from "./import-shapes.ts";

export type EntryPoint = (pointer: number, length: number) => number;
export type PostReturn = (result: number) => void;

/** The bytes of a memory that are not zero, from the first to the last of them. */
interface InitialMemory {
  readonly size: number;
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** One module's instance with its imports. */
export class Instance {
  readonly guest: Guest;
  readonly #slot: RunSlot;
  readonly #exports: Readonly<Record<string, unknown>>;

  /** Makes the instance; `slot` is what its imports know it by. */
  constructor(module: WebAssembly.Module, imports: WebAssembly.Imports, slot: RunSlot) {
    // No host function can run before the instance exists: contracts have no start function.
    const { exports } = new WebAssembly.Instance(module, imports);
    this.#exports = exports;
    this.#slot = slot;
    this.guest = new Guest(exports as unknown as GuestExports);
    slot.guest = this.guest;
  }

  /** Lets the next run call these host functions. */
  serve(host: HostFunctions): void {
    this.#slot.host = host;
  }

  entry(entry: Entry): EntryPoint | undefined {
    return this.#exports[entry] as EntryPoint | undefined;
  }

  postReturn(entry: Entry): PostReturn | undefined {
    return this.#exports[`cabi_post_${entry}`] as PostReturn | undefined;
  }

  /** What `restore` is to put back. To be called before the first run; undefined for an instance that runs once. */
  initialMemory(): InitialMemory | undefined {
    if (this.#exports.enigma_restore === undefined) return undefined;
    const memory = new Uint8Array(this.guest.exports.memory.buffer);
    let first = 0;
    let end = memory.length;
    while (end > 0 && memory[end - 1] === 0) end -= 1;
    while (first < end && memory[first] === 0) first += 1;
    return { size: memory.length, offset: first, bytes: memory.slice(first, end) };
  }

  /** Puts the instance back after a run that returned or reverted; false where it grew, and must not run again. */
  restore(initial: InitialMemory): boolean {
    const { buffer } = this.guest.exports.memory;
    if (buffer.byteLength !== initial.size) return false;
    const memory = this.guest.memory();
    memory.fill(0);
    memory.set(initial.bytes, initial.offset);
    (this.#exports.enigma_restore as () => void)();
    return true;
  }
}

export type { InitialMemory };
