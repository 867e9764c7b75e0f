// The first of our code to run inside: puts core, engine and processor together.

import type { EnclaveExports } from "./enclave-exports.ts";
import { enclaveHost } from "./enclave-host.ts";
import type { HostPrices } from "./engine/host-functions.ts";
import { v8Engine } from "./engine/v8-engine.ts";
import { ModuleCache } from "./module-cache.ts";

/** What the loader hands over. */
export interface BootOptions {
  /** The processor, bound to the measured identity. */
  readonly hardware: unknown;
  /** The bytes of `enclave/enclave_bg.wasm`. */
  readonly wasm: Uint8Array;
  /** Tells several enclaves of one process apart: each needs an instance of the package's JavaScript of its own. */
  readonly instance?: string | undefined;
}

/** Answers one frame, without its length prefix. A throw means that the enclave is broken and must not be used again. */
export type Answer = (frame: Uint8Array) => Uint8Array;

/** Starts the enclave and returns its only door. */
export async function boot({ hardware, wasm, instance }: BootOptions): Promise<Answer> {
  const place = new URL("../enclave/enclave.js", import.meta.url);
  if (instance !== undefined) place.searchParams.set("instance", instance);
  const enclave = (await import(/* @vite-ignore */ place.href)) as EnclaveExports;
  const { memory } = enclave.initSync({ module: wasm as Uint8Array<ArrayBuffer> });
  enclave.start(hardware, new ModuleCache(enclaveHost(enclave, memory), pricesFrom(enclave), v8Engine));
  return (frame) => enclave.answer(frame);
}

function pricesFrom(enclave: EnclaveExports): (rules: number) => HostPrices {
  return (rules) => {
    const prices = enclave.hostPrices(rules);
    if (prices === undefined) throw new Error("unknown version of the rules");
    return JSON.parse(prices) as HostPrices;
  };
}
