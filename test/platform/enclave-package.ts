/** A small enclave package, signed, and machines to launch it on. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { onTestFinished } from "vitest";
import {
  type EnclaveHardware,
  type HardwareOptions,
  openHardware,
} from "../../enclave-wasm/platform/hardware/hardware.ts";
import { type MeasuredFile, measure } from "../../enclave-wasm/platform/hardware/measure.ts";
import { type EnclaveDescription, signEnclave } from "../../enclave-wasm/platform/hardware/signature-structure.ts";

export const FILES: readonly MeasuredFile[] = [
  { name: "enclave/enclave_bg.wasm", bytes: new Uint8Array([0, 0x61, 0x73, 0x6d]) },
  { name: "runtime/loop.js", bytes: new TextEncoder().encode("export {};") },
];

export interface PackageChanges extends Partial<Omit<EnclaveDescription, "mrEnclave">> {
  readonly files?: readonly MeasuredFile[];
  readonly author?: Uint8Array;
}

/** Launches a package on the machine in `folder`. */
export function launch(folder: string, changes: PackageChanges = {}, options: HardwareOptions = {}): EnclaveHardware {
  const { files = FILES, author, ...description } = changes;
  const structure = signEnclave(
    { mrEnclave: measure(files), isvProdId: 1, isvSvn: 2, debug: false, ...description },
    author,
  );
  return openHardware(folder, options).launch(files, structure);
}

/** A folder of its own for one test, removed after it. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "enigma-platform-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The code of the error that `call` throws. */
export function codeOf(call: () => unknown): unknown {
  try {
    call();
  } catch (thrown) {
    return thrown instanceof Error && "code" in thrown ? thrown.code : thrown;
  }
  return "nothing was thrown";
}
