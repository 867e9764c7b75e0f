/** The files of an enclave package: what is loaded is what is measured. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { MeasuredFile } from "./measure.ts";

/** The package's signature structure, beside its files and not measured. */
export const SIGNATURE_STRUCTURE = "enclave.sigstruct";

/** Reads every script, module and package description below `folder`; names are relative to it, with `/`. */
export function readPackageFiles(folder: string): MeasuredFile[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && isMeasured(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .map((file) => ({ name: path.relative(folder, file).split(path.sep).join("/"), bytes: readFileSync(file) }));
}

function isMeasured(name: string): boolean {
  return name.endsWith(".js") || name.endsWith(".wasm") || name === "package.json";
}
