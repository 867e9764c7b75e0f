import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { trapCodeOf } from "../../enclave-wasm/runtime/engine/trap-code.ts";
import { digest } from "./engine-cases.ts";

interface RecordedCall {
  readonly export: string;
  readonly arguments: readonly string[];
  readonly end: string | readonly string[];
  readonly memory: string | null;
  readonly gasUsed: number | null;
}

interface GeneratedModule {
  readonly seed: number;
  readonly instrumented: string;
  readonly calls: readonly RecordedCall[];
}

const { gasLimit, modules } = JSON.parse(
  readFileSync(new URL("../vectors/engine/generated.json", import.meta.url), "utf8"),
) as { gasLimit: number; modules: readonly GeneratedModule[] };

/** wasmi's traps by the codes that all engines share. */
const SHARED_TRAPS: Readonly<Record<string, string>> = {
  UnreachableCodeReached: "unreachable",
  MemoryOutOfBounds: "memory-out-of-bounds",
  TableOutOfBounds: "table-out-of-bounds",
  IndirectCallToNull: "indirect-call-mismatch",
  BadSignature: "indirect-call-mismatch",
  IntegerDivisionByZero: "divide-by-zero",
  IntegerOverflow: "integer-overflow",
  BadConversionToInteger: "integer-overflow",
};

const words = new DataView(new ArrayBuffer(8));

function parse(argument: string): number | bigint {
  const [kind, text] = argument.split(":") as [string, string];
  if (kind === "i32") return Number(text);
  if (kind === "i64") return BigInt(text);
  words.setBigUint64(0, BigInt(`0x${text}`));
  return kind === "f32" ? words.getFloat32(4) : words.getFloat64(0);
}

/** The record's form of a result; a NaN that passes through JavaScript keeps no bits. */
function show(value: unknown, recorded: string): string {
  const [kind, text] = recorded.split(":") as [string, string];
  if (kind === "ref") return recorded;
  if (kind === "i32" || kind === "i64") return `${kind}:${value}`;
  if (Number.isNaN(value) && Number.isNaN(parse(recorded))) return recorded;
  words.setBigUint64(0, 0n);
  if (kind === "f32") words.setFloat32(4, value as number);
  else words.setFloat64(0, value as number);
  return `${kind}:${words.getBigUint64(0).toString(16)}${text === undefined ? "?" : ""}`;
}

function observe(module: WebAssembly.Module, call: RecordedCall): RecordedCall {
  const { exports } = new WebAssembly.Instance(module, {});
  const gas = exports.enigma_gas as WebAssembly.Global<"i64">;
  const fault = exports.enigma_fault as WebAssembly.Global<"i32">;
  gas.value = BigInt(gasLimit);
  let end: string | string[];
  try {
    const returned: unknown = (exports[call.export] as (...args: unknown[]) => unknown)(...call.arguments.map(parse));
    const results = Array.isArray(returned) ? returned : returned === undefined ? [] : [returned];
    end = results.map((value, index) => show(value, call.end[index] ?? "ref:"));
  } catch (failure) {
    end = trapCodeOf(failure as WebAssembly.RuntimeError) ?? String(failure);
  }
  if (gas.value < 0n) return { ...call, end: "out of gas", memory: null, gasUsed: null };
  if (fault.value !== 0) end = `fault ${fault.value}`;
  const memory = Object.values(exports).find((value) => value instanceof WebAssembly.Memory);
  const bytes = memory === undefined ? "" : digest(new Uint8Array(memory.buffer));
  return { ...call, end, memory: bytes, gasUsed: gasLimit - Number(gas.value) };
}

describe.each(modules)("V8 and the generated module of seed $seed", ({ instrumented, calls }) => {
  it("finds the results, memory and gas that wasmi found", () => {
    const module = new WebAssembly.Module(new Uint8Array(Buffer.from(instrumented, "hex")));
    for (const call of calls) {
      const end = typeof call.end === "string" ? (SHARED_TRAPS[call.end] ?? call.end) : call.end;
      expect(observe(module, call), call.export).toEqual({ ...call, end });
    }
  });
});
