/** Loads an enclave package onto a simulated machine: read, measured, checked, booted. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { openHardware } from "./hardware.ts";
import { HardwareError } from "./hardware-error.ts";
import { importMeasured, serveMeasured } from "./measured-imports.ts";
import { readPackageFiles, SIGNATURE_STRUCTURE } from "./package-files.ts";

export interface LaunchOptions {
  /** A built and signed package, by its real path. */
  readonly packageFolder: string;
  /** The machine's state. */
  readonly platformFolder: string;
  /** 32 bytes, for a machine whose randomness repeats. */
  readonly seed?: Uint8Array | undefined;
  /** Which engine runs contracts: V8's by default, jco's in debug packages only. */
  readonly engine?: string | undefined;
  /** Tells several enclaves of one process apart. */
  readonly instance?: string | undefined;
}

/** Answers one frame of an enclave, without its length prefix. */
export type Answer = (frame: Uint8Array) => Uint8Array | Promise<Uint8Array>;

const WASM = "enclave/enclave_bg.wasm";

/** @throws {HardwareError} those of `openHardware` and `launch` */
export async function launchPackage(options: LaunchOptions): Promise<Answer> {
  const { packageFolder, platformFolder, seed, engine, instance } = options;
  const files = readPackageFiles(packageFolder);
  const structure = readFileSync(path.join(packageFolder, SIGNATURE_STRUCTURE));
  const hardware = openHardware(platformFolder, { seed }).launch(files, structure);
  const wasm = files.find((file) => file.name === WASM);
  if (wasm === undefined) throw new HardwareError("enclave-measurement", { detail: `The package has no ${WASM}.` });
  serveMeasured(packageFolder, files);
  const boot = await importMeasured(path.join(packageFolder, "runtime/boot.js"));
  return boot.boot({ hardware, wasm: wasm.bytes, engine, instance });
}
