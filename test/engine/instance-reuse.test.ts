// An instance that is used again is as good as a new one: results, errors, gas and every call of the host are the same.

import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { Interface, type InterfaceAbi } from "ethers";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as metering from "../../enclave-wasm/dist/metering/metering.js";
import type { Entry } from "../../enclave-wasm/runtime/engine/engine.ts";
import type { HostFunctions } from "../../enclave-wasm/runtime/engine/host-functions.ts";
import { type V8Engine, v8Engine } from "../../enclave-wasm/runtime/engine/v8-engine.ts";
import { engineCases, prices } from "./engine-cases.ts";
import { MockHost } from "./mock-host.ts";

const RULES = 1;
const DIST = new URL("../../enclave-wasm/dist/metering/metering_bg.wasm", import.meta.url);
const SAMPLES = new URL("../../contracts/dist/", import.meta.url);

/** A sample contract, instrumented as an enclave does it. */
function sample(name: string): { instrumented: Uint8Array; abi: Interface } {
  metering.initSync({ module: readFileSync(DIST) });
  const folder = new URL(`${name}/`, SAMPLES);
  const abi = new Interface(JSON.parse(readFileSync(new URL("abi.json", folder), "utf8")) as InterfaceAbi);
  return { instrumented: metering.instrument_module(readFileSync(new URL(`${name}.wasm`, folder)), RULES), abi };
}

/** One run of a sequence. */
interface Step {
  readonly entry: Entry;
  readonly input: Uint8Array;
  readonly gasLimit: bigint;
}

/** Everything that a sequence of runs on one host comes to. */
function observe(engine: V8Engine, instrumented: Uint8Array, steps: readonly Step[]): unknown[] {
  const module = engine.compile(instrumented);
  const asked: unknown[] = [];
  const host: MockHost = new MockHost((_, calldata, gas, slots) =>
    engine.run(module, "call", calldata, gas, told, slots),
  );
  const told = recording(host, asked);
  return steps.map(({ entry, input, gasLimit }) => {
    host.view = entry === "view";
    host.effects = [];
    const outcome = engine.run(module, entry, input, gasLimit, told);
    return { outcome, asked: asked.splice(0), stored: host.stored(), effects: host.effects };
  });
}

/** Notes every call of the host with its arguments and its answer. */
function recording(host: MockHost, asked: unknown[]): HostFunctions {
  return new Proxy(host, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== "function") return value;
      return (...args: unknown[]) => {
        const entry: unknown[] = [name, ...args];
        asked.push(entry);
        const answer: unknown = value.apply(target, args);
        entry.push(typeof answer === "function" ? "runs" : answer);
        return answer;
      };
    },
  });
}

function expectEqual(instrumented: Uint8Array, steps: readonly Step[]): void {
  const fresh = observe(v8Engine(prices, { reuse: false }), instrumented, steps);
  const reused = observe(v8Engine(prices), instrumented, steps);
  // Where they differ vitest says in what; where they do not, it takes long to find out.
  if (!isDeepStrictEqual(reused, fresh)) expect(reused).toEqual(fresh);
}

describe.each(engineCases)("the case $name", ({ instrumented, runs }) => {
  const known: Step[] = runs.map(({ entry, input, gasLimit }) => ({
    entry,
    input: new Uint8Array(Buffer.from(input, "hex")),
    gasLimit: BigInt(gasLimit),
  }));
  // Runs of a million gas or more are left to the tests that make them once.
  const short = known.filter((_, index) => (runs[index]?.outcome.gasUsed ?? 0) < 1_000_000);
  const step = fc.oneof(
    fc.constantFrom(...short),
    fc.record({
      entry: fc.constantFrom<Entry>("deploy", "call", "view"),
      input: fc.uint8Array({ maxLength: 40 }),
      gasLimit: fc.bigInt(0n, 300_000n),
    }),
  );

  it("does the same in any order of its runs", () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 2, maxLength: 12 }), (steps) => expectEqual(instrumented, steps)),
      { numRuns: 20 },
    );
  });
});

describe.each(["counter", "private-token", "voting", "auction", "millionaires", "probe"])(
  "the sample contract %s",
  (name) => {
    const { instrumented, abi } = sample(name);
    const selectors = abi.fragments.flatMap((fragment) =>
      fragment.type === "function"
        ? [Buffer.from(abi.getFunction(fragment.format())?.selector.slice(2) ?? "", "hex")]
        : [],
    );
    const word = fc.oneof(
      fc.bigInt(0n, 5n).map((value) => Buffer.from(value.toString(16).padStart(64, "0"), "hex")),
      fc.uint8Array({ minLength: 32, maxLength: 32 }),
    );
    const call = fc
      .tuple(fc.constantFrom(...selectors, Buffer.alloc(4)), fc.array(word, { maxLength: 4 }))
      .map((parts) => new Uint8Array(Buffer.concat(parts.flat())));
    const step = fc.record({
      entry: fc.constantFrom<Entry>("deploy", "call", "call", "call", "view"),
      input: call,
      // Enough, or so little that it ends on the way.
      gasLimit: fc.oneof(fc.constant(10_000_000n), fc.bigInt(0n, 60_000n)),
    });

    it("does the same in any sequence of calls", () => {
      fc.assert(
        fc.property(fc.array(step, { minLength: 2, maxLength: 15 }), (steps) => expectEqual(instrumented, steps)),
        { numRuns: 60 },
      );
    });
  },
);

describe("a reused instance", () => {
  const probe = engineCases.find(({ name }) => name === "probe");
  const calls = (inputs: readonly string[]): Step[] =>
    inputs.map((input) => ({ entry: "call", input: new Uint8Array(Buffer.from(input, "hex")), gasLimit: 10_000_000n }));

  it("is met again after runs that returned or reverted, and holds nothing of them", () => {
    const { instrumented, abi } = sample("counter");
    const made: { guest: { exports: { memory: WebAssembly.Memory } } }[] = [];
    const engine = v8Engine(prices, {
      imports(host, slot) {
        made.push(slot);
        return { "enigma:contract/host@0.1.0": host as WebAssembly.ModuleImports };
      },
    });
    const module = engine.compile(instrumented);
    const secret = 0x1122334455667788n;
    const host = new MockHost();
    const run = (entry: Entry, input: string) =>
      engine.run(module, entry, new Uint8Array(Buffer.from(input.slice(2), "hex")), 10_000_000n, host).kind;
    expect(run("deploy", abi.encodeDeploy([secret]))).toBe("returned");
    expect(run("call", abi.encodeFunctionData("increment", [secret]))).toBe("returned");
    expect(run("call", abi.encodeFunctionData("increment", [secret]).slice(0, -2))).toBe("reverted");
    expect(made.length).toBe(1);
    const memory = Buffer.from(made[0]?.guest.exports.memory.buffer ?? new ArrayBuffer());
    const little = Buffer.from("8877665544332211", "hex");
    expect([memory.length > 0, memory.includes(little), memory.includes(little.toReversed())]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it("is not met again after a trap", () => {
    // 07 traps in the probe's own code; the run behind it starts with memory and globals as they were made.
    expectEqual(probe?.instrumented ?? new Uint8Array(), calls(["0a", "07", "0a", "06ffffff7f", "0a"]));
  });
});

describe("generated modules", () => {
  interface Generated {
    readonly seed: number;
    readonly instrumented: string;
    readonly calls: readonly { readonly export: string; readonly arguments: readonly string[] }[];
  }
  const path = new URL("../vectors/engine/generated.json", import.meta.url);
  const { gasLimit, modules } = JSON.parse(readFileSync(path, "utf8")) as {
    gasLimit: number;
    modules: readonly Generated[];
  };

  it("are put back whole: memory and every global, whichever calls came before", () => {
    let restored = 0;
    for (const { seed, instrumented, calls } of modules) {
      const module = new WebAssembly.Module(new Uint8Array(Buffer.from(instrumented, "hex")));
      const { exports } = new WebAssembly.Instance(module, {});
      const restore = exports.enigma_restore as (() => void) | undefined;
      if (restore === undefined) continue;
      const before = stateOf(exports);
      for (const call of calls) {
        (exports.enigma_gas as WebAssembly.Global<"i64">).value = BigInt(gasLimit);
        try {
          (exports[call.export] as (...args: unknown[]) => unknown)(...call.arguments.map(parse));
        } catch (failure) {
          if (!(failure instanceof WebAssembly.RuntimeError)) throw failure;
        }
        const memory = memoryOf(exports);
        if (memory !== undefined && memory.byteLength !== before.memory?.byteLength) break;
        if (memory !== undefined && before.memory !== undefined) memory.set(before.memory);
        restore();
        const after = stateOf(exports);
        if (!isDeepStrictEqual(after, before)) expect(after, `seed ${seed}, ${call.export}`).toEqual(before);
        restored += 1;
      }
    }
    expect(restored).toBeGreaterThan(15);
  });
});

const words = new DataView(new ArrayBuffer(8));

function parse(argument: string): number | bigint {
  const [kind, text] = argument.split(":") as [string, string];
  if (kind === "i32") return Number(text);
  if (kind === "i64") return BigInt(text);
  words.setBigUint64(0, BigInt(`0x${text}`));
  return kind === "f32" ? words.getFloat32(4) : words.getFloat64(0);
}

function memoryOf(exports: WebAssembly.Exports): Uint8Array | undefined {
  const memory = Object.values(exports).find((value) => value instanceof WebAssembly.Memory);
  return memory === undefined ? undefined : new Uint8Array(memory.buffer);
}

function stateOf(exports: WebAssembly.Exports) {
  const globals = Object.entries(exports).filter(([, value]) => value instanceof WebAssembly.Global);
  return {
    memory: memoryOf(exports)?.slice(),
    globals: globals.map(([name, global]) => [name, (global as WebAssembly.Global).value]),
  };
}
