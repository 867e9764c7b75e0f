// Carries out the commands of an official test script in V8, as `enclave-wasm/engine-check` does in wasmi.

import { isDeepStrictEqual } from "node:util";
import { trapCodeOf } from "../../enclave-wasm/runtime/engine/trap-code.ts";

/** More than any script needs. */
const GAS = 2n ** 40n;
const STACK_SLOTS = 32_768;
const FAULT_STACK = 1;

/** Why V8 is not asked: a NaN that passes through JavaScript loses its bits. */
export const NAN_BITS = "nan-bits";

interface Action {
  readonly invoke?: string;
  readonly get?: string;
  readonly module: string | null;
  readonly arguments?: readonly string[];
}

interface Expected {
  readonly returns?: readonly string[];
  readonly traps?: string;
  readonly overflows?: true;
  readonly anything?: true;
}

/** A command, as the native program writes it. */
export type Command =
  | { readonly do: "skip"; readonly why: string }
  | { readonly do: "refuse"; readonly kind: string; readonly refused: boolean }
  | { readonly do: "module"; readonly name: string | null; readonly module?: string; readonly refused?: string }
  | { readonly do: "register"; readonly as: string; readonly module: string | null }
  | { readonly do: "act"; readonly action: Action; readonly expected: Expected };

/** Counts by kind and by reason, and the places of the commands that did something else. */
export interface ScriptResult {
  readonly passed: Record<string, number>;
  readonly excluded: Record<string, number>;
  readonly differing: number[];
}

/** A command that cannot be carried out, and why. */
class Excluded extends Error {}

type Known = WebAssembly.Exports | Excluded;

/** What V8's words may mean in a script. */
const TRAPS: Readonly<Record<string, readonly string[]>> = {
  unreachable: ["unreachable"],
  "out of bounds memory access": ["memory-out-of-bounds"],
  "integer divide by zero": ["divide-by-zero"],
  "integer overflow": ["integer-overflow"],
  "invalid conversion to integer": ["integer-overflow"],
  "indirect call type mismatch": ["indirect-call-mismatch"],
  "undefined element": ["table-out-of-bounds", "indirect-call-mismatch"],
  undefined: ["table-out-of-bounds", "indirect-call-mismatch"],
  "out of bounds table access": ["table-out-of-bounds"],
};

const SPECTEST = {
  global_i32: new WebAssembly.Global({ value: "i32" }, 666),
  global_i64: new WebAssembly.Global({ value: "i64" }, 666n),
  global_f32: new WebAssembly.Global({ value: "f32" }, 666.6),
  global_f64: new WebAssembly.Global({ value: "f64" }, 666.6),
  ...Object.fromEntries(
    ["print", "print_i32", "print_i64", "print_f32", "print_f64", "print_i32_f32", "print_f64_f64"].map((name) => [
      name,
      () => undefined,
    ]),
  ),
};

/** Carries out a script's commands. */
export function runScript(commands: readonly Command[]): ScriptResult {
  const run = new ScriptRun();
  const result: ScriptResult = { passed: {}, excluded: {}, differing: [] };
  commands.forEach((command, place) => {
    try {
      const kind = run.carryOut(command);
      if (kind === undefined) result.differing.push(place);
      else result.passed[kind] = (result.passed[kind] ?? 0) + 1;
    } catch (why) {
      if (!(why instanceof Excluded)) throw why;
      result.excluded[why.message] = (result.excluded[why.message] ?? 0) + 1;
    }
  });
  return result;
}

class ScriptRun {
  readonly #named = new Map<string, Known>();
  readonly #registered = new Map<string, Known>([["spectest", SPECTEST]]);
  readonly #instances: WebAssembly.Exports[] = [];
  readonly #references = new Map<string, object>();
  #last: Known = new Excluded("no-module");

  /** The kind of what was done as it should be, or nothing where something else was done. */
  carryOut(command: Command): string | undefined {
    switch (command.do) {
      case "skip":
        throw new Excluded(command.why);
      case "refuse":
        return command.refused ? `refused-${command.kind}` : undefined;
      case "module":
        this.#last = this.#instantiate(command);
        if (command.name !== null) this.#named.set(command.name, this.#last);
        found(this.#last);
        return "module";
      case "register": {
        const module = this.#module(command.module);
        this.#registered.set(command.as, module);
        found(module);
        return "register";
      }
      case "act":
        return this.#act(command.action, command.expected);
    }
  }

  #module(name: string | null): Known {
    return name === null ? this.#last : (this.#named.get(name) ?? new Excluded("no-module"));
  }

  #instantiate({ module, refused }: { readonly module?: string; readonly refused?: string }): Known {
    if (refused !== undefined || module === undefined) return new Excluded(refused);
    const compiled = new WebAssembly.Module(new Uint8Array(Buffer.from(module, "hex")));
    const imports: Record<string, WebAssembly.ModuleImports> = {};
    for (const { module: from, name } of WebAssembly.Module.imports(compiled)) {
      const known = this.#registered.get(from) ?? new Excluded("import-missing");
      if (known instanceof Excluded) return known;
      if (known[name] === undefined) return new Excluded("import-missing");
      imports[from] = known as WebAssembly.ModuleImports;
    }
    const { exports } = new WebAssembly.Instance(compiled, imports);
    this.#instances.push(exports);
    return exports;
  }

  #act({ invoke, get, module, arguments: values = [] }: Action, expected: Expected): string | undefined {
    const exports = found(this.#module(module));
    if (invoke?.includes("reinterpret") === true && values.some(hasOtherNan)) throw new Excluded(NAN_BITS);
    if (get !== undefined) {
      const { value } = exports[get] as WebAssembly.Global;
      return met(expected, { returns: this.#show([value], expected) });
    }
    for (const instance of this.#instances) {
      (instance.enigma_gas as WebAssembly.Global<"i64">).value = GAS;
      (instance.enigma_stack as WebAssembly.Global<"i32">).value = STACK_SLOTS;
      (instance.enigma_fault as WebAssembly.Global<"i32">).value = 0;
    }
    try {
      const run = exports[invoke as string] as (...values: unknown[]) => unknown;
      const returned = run(...values.map((value) => this.#parse(value)));
      const list = Array.isArray(returned) ? returned : returned === undefined ? [] : [returned];
      return met(expected, { returns: this.#show(list, expected) });
    } catch (failure) {
      const fault = (exports.enigma_fault as WebAssembly.Global<"i32">).value;
      if (fault === FAULT_STACK) return met(expected, { overflows: true });
      // A grow that the specification lets answer -1 ends a task as out of memory.
      if (fault !== 0) throw new Excluded("grow-beyond-limit");
      const trap = failure instanceof WebAssembly.RuntimeError ? trapCodeOf(failure) : undefined;
      if (trap === undefined) throw failure;
      return met(expected, { traps: trap });
    }
  }

  #parse(argument: string): unknown {
    const [kind, text] = argument.split(":") as [string, string];
    if (text === "null") return null;
    if (kind === "i32") return Number(text);
    if (kind === "i64") return BigInt(text);
    if (kind === "extern") return this.#reference(text);
    return floatOf(kind, text);
  }

  /** An object for each number, so that it is known again. */
  #reference(number: string): object {
    const known = this.#references.get(number) ?? { number };
    this.#references.set(number, known);
    return known;
  }

  /** Results by their types, which the script tells; a NaN that passes through JavaScript keeps no bits. */
  #show(values: readonly unknown[], { returns = [] }: Expected): string[] {
    return values.map((value, index) => {
      const wanted = returns[index] ?? "null";
      const [kind = "", text = ""] = wanted.split(":");
      if (value === null) return "null";
      if (typeof value === "function") return "func";
      if (typeof value === "object") return `extern:${(value as { number: string }).number}`;
      if (typeof value === "bigint" || kind === "i32") return `${kind}:${value}`;
      if (Number.isNaN(value) && Number.isNaN(floatOf(kind, text))) return wanted;
      return `${kind}:${bitsOf(kind, value as number)}`;
    });
  }
}

function found(known: Known): WebAssembly.Exports {
  if (known instanceof Excluded) throw known;
  return known;
}

function met(expected: Expected, outcome: Expected): string | undefined {
  if (expected.anything) return "invoke";
  if (expected.overflows) return outcome.overflows ? "overflow" : undefined;
  if (expected.traps !== undefined) {
    const meant = expected.traps.startsWith("uninitialized") ? ["indirect-call-mismatch"] : TRAPS[expected.traps];
    return meant?.includes(outcome.traps ?? "") ? "trap" : undefined;
  }
  return isDeepStrictEqual(expected.returns, outcome.returns) ? "return" : undefined;
}

/** Whether an argument is a NaN with bits of its own. */
function hasOtherNan(argument: string): boolean {
  const [kind = "", bits = ""] = argument.split(":");
  if (!kind.startsWith("f") || kind === "func") return false;
  return Number.isNaN(floatOf(kind, bits)) && !["7fc00000", "7ff8000000000000"].includes(bits);
}

const words = new DataView(new ArrayBuffer(8));

function floatOf(kind: string, bits: string): number {
  words.setBigUint64(0, BigInt(`0x${bits}`));
  return kind === "f32" ? words.getFloat32(4) : words.getFloat64(0);
}

function bitsOf(kind: string, value: number): string {
  words.setBigUint64(0, 0n);
  if (kind === "f32") words.setFloat32(4, value);
  else words.setFloat64(0, value);
  return words.getBigUint64(0).toString(16);
}
