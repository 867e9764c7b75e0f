// The allocator of the SDK (`contracts/sdk-bindings/src/heap.rs`), as built contracts use it.

import { Interface } from "ethers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { v8Engine } from "../../enclave-wasm/runtime/engine/v8-engine.ts";
import { MockHost } from "../engine/mock-host.ts";
import { builtModule, customSection } from "./built-module.ts";
import { hostPrices, instrumentedContract, type Run } from "./metered-contract.ts";

const GAS = 10n ** 9n;
const PAGE = 65_536;
// An instance for each run: how much memory each takes is what is looked at.
const engine = v8Engine(hostPrices(), { reuse: false });
const module = engine.compile(instrumentedContract("messenger"));
const messenger: Run = (...run) => engine.run(module, ...run);
const abi = new Interface(new TextDecoder().decode(customSection(builtModule("messenger"), "enigma-abi")));
const bytes = (hex: string) => new Uint8Array(Buffer.from(hex.slice(2), "hex"));

describe("the heap of a contract", () => {
  let memories: WebAssembly.Memory[] = [];

  beforeEach(() => {
    memories = [];
    const { Instance } = WebAssembly;
    const construct = (target: typeof Instance, args: ConstructorParameters<typeof Instance>) => {
      const instance = new target(...args);
      memories.push(instance.exports.memory as WebAssembly.Memory);
      return instance;
    };
    vi.stubGlobal(
      "WebAssembly",
      Object.assign(Object.create(WebAssembly), { Instance: new Proxy(Instance, { construct }) }),
    );
  });

  afterEach(() => void vi.unstubAllGlobals());

  /** Pages of memory after a call. */
  function pagesAfter(name: string, args: unknown[]): number {
    const outcome = messenger("call", bytes(abi.encodeFunctionData(name, args)), GAS, new MockHost());
    expect(outcome.kind).toBe("returned");
    return (memories.at(-1) as WebAssembly.Memory).buffer.byteLength / PAGE;
  }

  it("lies in the memory that the instance begins with", () => {
    expect(pagesAfter("countRun", [])).toBe(1);
    expect(pagesAfter("emitPing", ["hello", 1n])).toBe(1);
  });

  it("uses blocks again that are freed in the reverse order of their making", () => {
    expect(pagesAfter("emitLarge", [3_000, 4])).toBe(1);
  });

  it("grows memory when that is used up", () => {
    const call = abi.encodeFunctionData("emitPing", ["x".repeat(30_000), 1n]);
    const outcome = messenger("call", bytes(call), GAS, new MockHost());
    expect(outcome.kind).toBe("returned");
    expect((memories.at(-1) as WebAssembly.Memory).buffer.byteLength / PAGE).toBeGreaterThan(1);
  });

  it("takes memory alike in every run", () => {
    const run = () => messenger("call", bytes(abi.encodeFunctionData("emitPing", ["again", 1n])), GAS, new MockHost());
    expect(run()).toEqual(run());
    const [first, second] = memories.map((memory) => new Uint8Array(memory.buffer));
    expect(Buffer.compare(first as Uint8Array, second as Uint8Array)).toBe(0);
  });
});
