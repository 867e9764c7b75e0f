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
  const module = new WebAssembly.Module(contract);
  const names = WebAssembly.Module.imports(module).map(({ name }) => name);
  return {
    name: "V8, unmetered",
    run(work) {
      const input = calldata(work);
      return timed(work.times, () => ({ gas: 0n, data: runOnce(module, names, input) }));
    },
  };
}

function runOnce(module: WebAssembly.Module, names: readonly string[], input: Uint8Array): Uint8Array {
  let exports: PlainExports;
  let memory: ArrayBuffer;
  let bytes: Uint8Array;
  let words: DataView;
  const entries = new Map<string, Uint8Array>();
  // A memory that grew has detached the buffer that was seen before.
  const look = () => {
    if (memory === exports.memory.buffer) return;
    memory = exports.memory.buffer;
    bytes = new Uint8Array(memory);
    words = new DataView(memory);
  };
  const lower = (list: Uint8Array): number => {
    const pointer = exports.cabi_realloc(0, 0, 1, list.length);
    look();
    bytes.set(list, pointer);
    return pointer;
  };
  const functions: Record<string, (...args: number[]) => void> = {
    "storage-get": (key = 0, length = 0, area = 0) => {
      look();
      const value = entries.get(mapKey(bytes, key, key + length));
      const pointer = value === undefined ? 0 : lower(value);
      words.setUint8(area, value === undefined ? 0 : 1);
      if (value === undefined) return;
      words.setUint32(area + 4, pointer, true);
      words.setUint32(area + 8, value.length, true);
    },
    "storage-set": (key = 0, length = 0, value = 0, size = 0) => {
      look();
      const copy = bytes.slice(value, value + size);
      entries.set(mapKey(bytes, key, key + length), copy);
    },
  };
  const unused = () => {
    throw new Error("the benchmark has no such host function");
  };
  const imports = Object.fromEntries(names.map((name) => [name, functions[name] ?? unused]));
  exports = new WebAssembly.Instance(module, { [HOST_MODULE]: imports }).exports as unknown as PlainExports;
  look();
  const area = exports.call(lower(input), input.length);
  look();
  if (words.getUint8(area) !== 0) throw new Error("the contract failed");
  const pointer = words.getUint32(area + 4, true);
  const result = bytes.slice(pointer, pointer + words.getUint32(area + 8, true));
  exports.cabi_post_call?.(area);
  return result;
}
