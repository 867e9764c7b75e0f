import { HOST_MODULE } from "../../enclave-wasm/runtime/engine/host-imports.ts";
import { calldata, type Engine, timed } from "./engine-work.ts";
import { mapKey } from "./map-host.ts";

interface PlainExports {
  readonly memory: WebAssembly.Memory;
  readonly call: (pointer: number, length: number) => number;
  readonly cabi_realloc: (pointer: number, oldSize: number, align: number, size: number) => number;
  readonly cabi_post_call?: (area: number) => void;
}

/**
 * V8 and the contract as it was compiled: no gas, no limits, no checks, and the least host that can answer. What an engine that
 * trusts its guest would cost, hence what the others are compared with.
 */
export function unmeteredV8(contract: Uint8Array<ArrayBuffer>): Engine {
  const start = starter(contract);
  return engine("V8, unmetered", () => start());
}

/** The same in one instance for all runs, whose memory the operating system has given already. */
export function unmeteredV8InOneInstance(contract: Uint8Array<ArrayBuffer>): Engine {
  const guest = starter(contract)();
  return engine("V8, one instance", () => {
    guest.entries.clear();
    return guest;
  });
}

/** Calls of a contract in a new instance each, or all in one; each with an empty state at first. */
export function trustedCalls(
  contract: Uint8Array<ArrayBuffer>,
  instances: "new" | "one",
): (input: Uint8Array) => Uint8Array {
  const start = starter(contract);
  const guest = start();
  return (input) => call(instances === "new" ? start() : guest, input);
}

function engine(name: string, guestOf: () => TrustedGuest): Engine {
  return {
    name,
    run(work) {
      const input = calldata(work);
      return timed(work.times, () => ({ gas: 0n, data: call(guestOf(), input) }));
    },
  };
}

/** Compiles once; what is returned starts instances. */
function starter(contract: Uint8Array<ArrayBuffer>): () => TrustedGuest {
  const module = new WebAssembly.Module(contract);
  const names = WebAssembly.Module.imports(module).map(({ name }) => name);
  return () => {
    const guest = new TrustedGuest();
    const functions = hostFunctions(guest);
    const imports = Object.fromEntries(names.map((name) => [name, functions[name] ?? unused]));
    const instance = new WebAssembly.Instance(module, { [HOST_MODULE]: imports });
    guest.exports = instance.exports as unknown as PlainExports;
    return guest;
  };
}

function call(guest: TrustedGuest, input: Uint8Array): Uint8Array {
  const area = guest.exports.call(guest.lower(input), input.length);
  guest.look();
  if (guest.words.getUint8(area) !== 0) throw new Error("the contract failed");
  const pointer = guest.words.getUint32(area + 4, true);
  const result = guest.bytes.slice(pointer, pointer + guest.words.getUint32(area + 8, true));
  guest.exports.cabi_post_call?.(area);
  return result;
}

/** An instance whose pointers are believed, and its state. */
class TrustedGuest {
  readonly entries = new Map<string, Uint8Array>();
  exports!: PlainExports;
  bytes = new Uint8Array();
  words = new DataView(new ArrayBuffer());

  /** A memory that grew has detached the buffer that was seen before. */
  look(): void {
    const { buffer } = this.exports.memory;
    if (this.words.buffer === buffer) return;
    this.bytes = new Uint8Array(buffer);
    this.words = new DataView(buffer);
  }

  lower(list: Uint8Array): number {
    const pointer = this.exports.cabi_realloc(0, 0, 1, list.length);
    this.look();
    this.bytes.set(list, pointer);
    return pointer;
  }
}

const TASK_ID = new Uint8Array(32).fill(7);

/** The host functions that the work calls. */
function hostFunctions(guest: TrustedGuest): Record<string, (...args: number[]) => void> {
  const { entries } = guest;
  return {
    "storage-get": (key = 0, length = 0, area = 0) => {
      guest.look();
      const value = entries.get(mapKey(guest.bytes, key, key + length));
      const pointer = value === undefined ? 0 : guest.lower(value);
      guest.words.setUint8(area, value === undefined ? 0 : 1);
      if (value === undefined) return;
      guest.words.setUint32(area + 4, pointer, true);
      guest.words.setUint32(area + 8, value.length, true);
    },
    "storage-set": (key = 0, length = 0, value = 0, size = 0) => {
      guest.look();
      entries.set(mapKey(guest.bytes, key, key + length), guest.bytes.slice(value, value + size));
    },
    "task-id": (area = 0) => {
      guest.look();
      const pointer = guest.lower(TASK_ID);
      guest.words.setUint32(area, pointer, true);
      guest.words.setUint32(area + 4, TASK_ID.length, true);
    },
  };
}

function unused(): never {
  throw new Error("the benchmark has no such host function");
}
