/** The files of an enclave package: what is loaded is what is measured. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { MeasuredFile } from "./measure.ts";

/** The package's signature structure, beside its files and not measured. */
export const SIGNATURE_STRUCTURE = "enclave.sigstruct";

/** The parts of a package. What lies beside them, such as a half-made part of a build under way, is not of the package. */
const PARTS = ["enclave", "runtime"];

/** Reads every script, module and package description of the package's parts; names are relative to `folder`, with `/`. */
export function readPackageFiles(folder: string): MeasuredFile[] {
  return PARTS.flatMap((part) => readdirSync(path.join(folder, part), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && isMeasured(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .map((file) => ({ name: path.relative(folder, file).split(path.sep).join("/"), bytes: readFileSync(file) }));
}

function isMeasured(name: string): boolean {
  return name.endsWith(".js") || name.endsWith(".wasm") || name === "package.json";
}
