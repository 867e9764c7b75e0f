// The reference engine: jco makes a component of the instrumented module and its generated glue lifts and lowers.
//
// It exists so that the enclave's own adapter is not its own judge. jco's glue is fifty times slower for each host call, so
// it is for tests and for networks configured with `engine: "jco"`. Prices are taken by the same table, through the same
// `enigma_charge`. jco 1.35 trusts its guest where the canonical ABI does not: it reads lists with `ArrayBuffer.slice`,
// which clamps, and lets `cabi_realloc` call out. A guard round the core module adds these checks.

import { componentNew } from "@bytecodealliance/jco";
import { transpileBytes } from "@bytecodealliance/jco-transpile";
import { Guest } from "./canonical-abi.ts";
import type { CompiledModule, Engine, Entry } from "./engine.ts";
import { MAX_GAS_LIMIT } from "./engine.ts";
import type { HostFunctions, HostPrices } from "./host-functions.ts";
import { HOST_MODULE } from "./host-imports.ts";
import { guardedExports, guardedImports } from "./jco-guard.ts";
import { componentImports } from "./jco-imports.ts";
import type { Answer, RunOutcome } from "./run-outcome.ts";
import { NO_VIEW, nodeFault, outcomeOfAnswer, outcomeOfFailure } from "./run-outcome.ts";

const PAGE_BYTES = 65_536;

type CoreImports = Record<string, Record<string, WebAssembly.ImportValue>> | undefined;
type EntryPoint = (input: Uint8Array) => Uint8Array;
type EntryPoints = { readonly [entry in Entry]?: EntryPoint };
type Instantiate = (
  coreModule: (path: string) => WebAssembly.Module,
  imports: Record<string, unknown>,
  instantiateCore: (module: WebAssembly.Module, imports: CoreImports) => { exports: WebAssembly.Exports },
) => EntryPoints;

/** A module that jco has transpiled. */
interface JcoModule extends CompiledModule {
  readonly engine: "jco";
  readonly instantiate: Instantiate;
  readonly coreModules: ReadonlyMap<string, WebAssembly.Module>;
}

/** jco's engine; it compiles with a promise. */
export interface JcoEngine extends Engine {
  compile(instrumented: Uint8Array): Promise<CompiledModule>;
}

/** Makes the engine for one version of the rules. */
export function jcoEngine(prices: HostPrices): JcoEngine {
  return {
    compile: transpile,

    run(module, entry, input, gasLimit, host, stackSlots = prices.stackSlots): RunOutcome {
      let limit = gasLimit;
      if (limit > MAX_GAS_LIMIT) limit = MAX_GAS_LIMIT;
      let instance: { guest: Guest; entries: EntryPoints };
      try {
        instance = instantiate(module as JcoModule, prices, host);
      } catch (failure) {
        return nodeFault(failure);
      }
      const { guest, entries } = instance;
      const entryPoint = entries[entry];
      if (entryPoint === undefined) return NO_VIEW;
      const counters = () => ({ gas: guest.exports.enigma_gas.value, fault: guest.exports.enigma_fault.value });
      guest.start(limit, stackSlots);
      try {
        guest.charge(prices.memoryPage * (guest.exports.memory.buffer.byteLength / PAGE_BYTES));
        const answer = enter(entryPoint, input);
        guest.charge(prices.outputByte * answer.data.length);
        return outcomeOfAnswer(answer, counters(), limit);
      } catch (failure) {
        return outcomeOfFailure(failure, counters(), limit);
      }
    },
  };
}

async function transpile(instrumented: Uint8Array): Promise<JcoModule> {
  const component = await componentNew(instrumented, []);
  const { files } = await transpileBytes(component, {
    name: "contract",
    instantiation: "sync",
    asyncMode: "sync",
    base64Cutoff: 0,
    wasiShim: false,
    nodejsCompat: true,
    tlaCompat: false,
  });
  const coreModules = new Map<string, WebAssembly.Module>();
  for (const [path, bytes] of Object.entries(files)) {
    if (path.endsWith(".wasm")) coreModules.set(path, new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>));
  }
  const glue = files["contract.js"];
  if (glue === undefined) throw new Error("jco wrote no glue");
  const source = `data:text/javascript;base64,${Buffer.from(glue).toString("base64")}`;
  const { instantiate } = (await import(source)) as { instantiate: Instantiate };
  return { engine: "jco", instantiate, coreModules };
}

function instantiate(module: JcoModule, prices: HostPrices, host: HostFunctions) {
  // Set when the contract's own core module is instantiated; jco's two shims come beside it.
  const slot = {} as { guest: Guest };
  const coreModule = (path: string): WebAssembly.Module => {
    const found = module.coreModules.get(path);
    if (found === undefined) throw new Error(`jco asks for ${path}, which it did not write`);
    return found;
  };
  const instantiateCore = (core: WebAssembly.Module, imports: CoreImports) => {
    const hostImports = imports?.[HOST_MODULE];
    if (!WebAssembly.Module.exports(core).some((entry) => entry.name === "enigma_gas")) {
      return new WebAssembly.Instance(core, imports);
    }
    const guarded = hostImports === undefined ? imports : { [HOST_MODULE]: guardedImports(hostImports, prices, slot) };
    const { exports } = new WebAssembly.Instance(core, guarded);
    slot.guest = new Guest(exports as never);
    return { exports: guardedExports(exports, slot.guest) };
  };
  const functions = componentImports(prices, slot, host);
  const unversioned = HOST_MODULE.replace(/@.*$/, "");
  const imports = { [HOST_MODULE]: functions, [unversioned]: functions };
  const entries = module.instantiate(coreModule, imports, instantiateCore);
  return { guest: slot.guest, entries };
}

/** jco returns the bytes of ok and throws those of an error, bare or as the payload of its own error. */
function enter(entry: EntryPoint, input: Uint8Array): Answer {
  try {
    return { failed: false, data: entry(input) };
  } catch (failure) {
    const payload = failure instanceof Uint8Array ? failure : (failure as { payload?: unknown } | null)?.payload;
    if (payload instanceof Uint8Array) return { failed: true, data: payload };
    throw failure;
  }
}
