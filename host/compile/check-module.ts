/** What enclaves would say of a module: every rule that it breaks, or the facts of a good one. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { PACKAGE_ROOT } from "./package-root.ts";

/** A broken rule. */
export interface BrokenRule {
  readonly code: string;
  /** Null outside functions. */
  readonly function: string | null;
  /** Bytes from the start of the module. */
  readonly offset: number;
  readonly sentence: string;
  readonly hint: string;
}

export interface ModuleFacts {
  readonly moduleBytes: number;
  readonly codeBytes: number;
  readonly customBytes: number;
  readonly functions: number;
  /** Of 64 KiB. */
  readonly initialPages: number;
  readonly maximumPages: number;
  /** Slots of the largest frame. */
  readonly largestFrame: number;
  /** Host functions. */
  readonly imports: readonly string[];
  readonly exports: readonly string[];
}

/** A module that enclaves take, or one that they refuse. */
export type ModuleVerdict =
  | { readonly ok: true; readonly facts: ModuleFacts }
  | { readonly ok: false; readonly broken: readonly BrokenRule[] };

interface MeteringPackage {
  initSync(options: { module: Uint8Array }): unknown;
  check_module(module: Uint8Array): string;
  survey_module(module: Uint8Array): string;
}

const PACKAGE = path.join(PACKAGE_ROOT, "enclave-wasm", "dist", "metering");

/** Judges a module by the code by which clients, gateways and enclaves do. */
export async function judgeModule(module: Uint8Array): Promise<ModuleVerdict> {
  const metering = (await import(pathToFileURL(path.join(PACKAGE, "metering.js")).href)) as MeteringPackage;
  metering.initSync({ module: await readFile(path.join(PACKAGE, "metering_bg.wasm")) });
  const { ok, facts } = JSON.parse(metering.check_module(module)) as { ok: boolean; facts?: ModuleFacts };
  if (ok && facts !== undefined) return { ok: true, facts };
  return { ok: false, broken: JSON.parse(metering.survey_module(module)) as BrokenRule[] };
}
