// The first of our code to run inside: puts core, engine and processor together.

import type { EnclaveExports } from "./enclave-exports.ts";
import { enclaveHost } from "./enclave-host.ts";
import type { Engine } from "./engine/engine.ts";
import type { HostPrices } from "./engine/host-functions.ts";
import { v8Engine } from "./engine/v8-engine.ts";
import { ModuleCache } from "./module-cache.ts";

/** Which engine runs contracts. jco's is the reference for tests; it is not measured, so only a debug enclave takes it. */
export type EngineName = "v8" | "jco";

/** What the loader hands over. */
export interface BootOptions {
  /** The processor, bound to the measured identity. */
  readonly hardware: { readonly identity: { readonly debug: boolean } };
  /** The bytes of `enclave/enclave_bg.wasm`. */
  readonly wasm: Uint8Array;
  readonly engine?: EngineName | undefined;
  /** Tells several enclaves of one process apart: each needs an instance of the package's JavaScript of its own. */
  readonly instance?: string | undefined;
}

/**
 * Answers one frame, without its length prefix; with a promise only where the engine needs time. A throw means that the
 * enclave is broken and must not be used again.
 */
export type Answer = (frame: Uint8Array) => Uint8Array | Promise<Uint8Array>;

/** Starts the enclave and returns its only door. */
export async function boot({ hardware, wasm, engine, instance }: BootOptions): Promise<Answer> {
  const place = new URL("../enclave/enclave.js", import.meta.url);
  if (instance !== undefined) place.searchParams.set("instance", instance);
  const enclave = (await import(/* @vite-ignore */ place.href)) as EnclaveExports;
  const { memory } = enclave.initSync({ module: wasm as Uint8Array<ArrayBuffer> });
  const makeEngine = await engineNamed(engine ?? "v8", hardware.identity.debug);
  const host = enclaveHost(enclave, memory, (...called) => modules.runCalled(...called));
  const modules = new ModuleCache(host, pricesFrom(enclave), makeEngine);
  enclave.start(hardware, modules);
  return (frame) => {
    const answer = enclave.answer(frame);
    return modules.compiling === undefined ? answer : modules.compiling.then(() => enclave.answer(frame));
  };
}

async function engineNamed(name: EngineName, debug: boolean): Promise<(prices: HostPrices) => Engine> {
  if (name === "v8") return v8Engine;
  if (!debug) throw new Error("only a debug enclave takes an engine that is not measured");
  const { jcoEngine } = await import("./engine/jco-engine.ts");
  return jcoEngine;
}

function pricesFrom(enclave: EnclaveExports): (rules: number) => HostPrices {
  return (rules) => {
    const prices = enclave.hostPrices(rules);
    if (prices === undefined) throw new Error("unknown version of the rules");
    return JSON.parse(prices) as HostPrices;
  };
}
