/**
 * The debug package of the enclave, loaded into this process for simulations: its WebAssembly and its runtime's JavaScript. What
 * runs contracts here is what runs them in a worker's enclave.
 */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { packageFolder } from "../../enclave/package-folder.ts";
import { EnigmaError } from "../../protocol/errors/enigma-error.ts";

/** A run's end, as the engine gives it (`enclave-wasm/runtime/engine/run-outcome.ts`). */
export interface RunOutcome {
  readonly kind: string;
  readonly gasUsed?: bigint;
  readonly data?: Uint8Array;
  readonly trap?: string;
  readonly reason?: string;
}

/** Host functions by their names in the runtime. */
export type HostFunctions = Record<string, (...args: never[]) => unknown> & {
  debugLog(message: Uint8Array): void;
  selfAddress(): Uint8Array;
};

/** Part of an instance, as imports see it. */
export interface GuestSlot {
  readonly guest: {
    readonly exports: { readonly enigma_gas: WebAssembly.Global<"i64"> };
    read(pointer: number, length: number): Uint8Array;
  };
}

export type HostImport = (...words: (number | bigint)[]) => number | bigint | undefined;

export interface EngineOptions {
  readonly reuse?: boolean;
  readonly imports?: (imports: Record<string, HostImport>, slot: GuestSlot) => WebAssembly.Imports;
}

export interface Engine {
  compile(instrumented: Uint8Array): object;
  run(...call: readonly [module: object, entry: string, ...rest: unknown[]]): RunOutcome;
}

/** Compiled modules by number; what a simulation calls. */
export interface ModuleCache {
  runCalled(...called: readonly unknown[]): RunOutcome;
}

/** The class `Simulation` of `enclave-wasm/enclave/src/simulation.rs`. */
export interface RawSimulation {
  setBlock(epoch: bigint, number: bigint, timestamp: bigint): void;
  load(module: Uint8Array): Uint8Array;
  deploy(...deployment: Deployment): Uint8Array;
  call(...call: RawCall): Uint8Array;
  traceCall(...call: [...RawCall, at: object]): bigint;
  traceDeployment(...deployment: [...Deployment, at: object]): bigint;
  functionNames(codeHash: Uint8Array): string[];
  position(): bigint;
  snapshot(number: number): void;
  revert(number: number): void;
  forget(number: number): void;
  free(): void;
}

export type Deployment = [
  codeHash: Uint8Array,
  contract: Uint8Array,
  group: Uint8Array,
  input: Uint8Array,
  sender: Uint8Array,
  nonce: bigint,
  gasLimit: bigint,
];

export type RawCall = [
  contract: Uint8Array,
  input: Uint8Array,
  sender: Uint8Array,
  nonce: bigint,
  gasLimit: bigint,
  touches: Uint8Array,
  view: boolean,
];

interface EnclaveGlue {
  initSync(options: { module: WebAssembly.Module }): { readonly memory: WebAssembly.Memory };
  hostPrices(rules: number): string | undefined;
  readonly Simulation: new (
    seed: Uint8Array,
    chainId: bigint,
    enigma: Uint8Array,
    engine: ModuleCache,
    tracer: ModuleCache,
  ) => RawSimulation;
  readonly TracePlace: new (position: bigint, epoch: bigint, number: bigint, timestamp: bigint) => object;
}

/** A loaded package, of which one simulation is to be made. */
export interface DebugPackage {
  readonly glue: EnclaveGlue;
  readonly memory: WebAssembly.Memory;
  enclaveHost(glue: EnclaveGlue, memory: WebAssembly.Memory, runCalled: ModuleCache["runCalled"]): HostFunctions;
  readonly ModuleCache: new (
    host: HostFunctions,
    prices: (rules: number) => unknown,
    makeEngine: (prices: unknown) => Engine,
  ) => ModuleCache;
  v8Engine(prices: unknown, options?: EngineOptions): Engine;
}

let instances = 0;
let compiled: Promise<WebAssembly.Module> | undefined;

/** Loads the package for one more simulation; its code is compiled once. @throws EnigmaError `enclave-not-started` */
export async function loadDebugPackage(): Promise<DebugPackage> {
  const folder = packageFolder("debug");
  compiled ??= compile(path.join(folder, "enclave/enclave_bg.wasm"));
  const module = await compiled;
  const load = (file: string, query = ""): Promise<unknown> =>
    import(/* @vite-ignore */ `${pathToFileURL(path.join(folder, file)).href}${query}`);
  const [glue, host, cache, engine] = (await Promise.all([
    load("enclave/enclave.js", `?simulation=${instances++}`),
    load("runtime/enclave-host.js"),
    load("runtime/module-cache.js"),
    load("runtime/engine/v8-engine.js"),
  ])) as [
    EnclaveGlue,
    Pick<DebugPackage, "enclaveHost">,
    Pick<DebugPackage, "ModuleCache">,
    Pick<DebugPackage, "v8Engine">,
  ];
  const { memory } = glue.initSync({ module });
  const { enclaveHost } = host;
  return { glue, memory, enclaveHost, ModuleCache: cache.ModuleCache, v8Engine: engine.v8Engine };
}

async function compile(file: string): Promise<WebAssembly.Module> {
  try {
    return await WebAssembly.compile(await readFile(file));
  } catch (cause) {
    compiled = undefined;
    throw new EnigmaError("enclave-not-started", { cause });
  }
}
