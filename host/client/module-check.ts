/**
 * The check of a module before it is deployed, by the same code that enclaves run: a module that they would refuse is
 * refused here, where it costs nothing.
 */
import { EnigmaError } from "../protocol/errors/enigma-error.ts";

/** Returns or resolves if the module is valid, else throws; a string is read as the checker's JSON report. */
export type ModuleChecker = (module: Uint8Array) => unknown;

interface MeteringPackage {
  default(options: { module_or_path: unknown }): Promise<unknown>;
  check_module(module: Uint8Array): string;
}

interface RefusalReport {
  readonly rule: string;
  readonly function?: string | null;
  readonly offset?: number;
  readonly sentence?: string;
  readonly hint?: string;
}

const PACKAGE = new URL("../../enclave-wasm/dist/metering/", import.meta.url);

let loading: Promise<MeteringPackage> | undefined;

/** Checks a module with the given checker, or with the one that is built beside the client. @throws `module-refused` */
export async function checkModule(module: Uint8Array, checker: ModuleChecker = checkWithPackage): Promise<void> {
  const report = await checker(module);
  if (typeof report !== "string") return;
  const refusal = refusalIn(report);
  if (refusal === undefined) return;
  const data = { rule: refusal.rule, function: refusal.function ?? null, offset: refusal.offset ?? null };
  throw new EnigmaError("module-refused", { data, detail: refusal.sentence });
}

async function checkWithPackage(module: Uint8Array): Promise<string> {
  loading ??= loadPackage();
  return (await loading).check_module(module);
}

async function loadPackage(): Promise<MeteringPackage> {
  try {
    const code = new URL("enigma_metering.js", PACKAGE).href;
    const metering = (await import(/* @vite-ignore */ code)) as MeteringPackage;
    await metering.default({ module_or_path: wasmSource(new URL("enigma_metering_bg.wasm", PACKAGE)) });
    return metering;
  } catch (cause) {
    loading = undefined;
    throw new EnigmaError("module-check-unavailable", { cause });
  }
}

interface NodeProcess {
  getBuiltinModule?(name: "fs"): { readFileSync(path: URL): Uint8Array };
}

/** Browsers fetch the file; Node has no fetch of files, and its `fs` is asked for without importing it. */
function wasmSource(url: URL): URL | Uint8Array {
  if (url.protocol !== "file:") return url;
  const node = (globalThis as { process?: NodeProcess }).process;
  return node?.getBuiltinModule?.("fs").readFileSync(url) ?? url;
}

function refusalIn(report: string): RefusalReport | undefined {
  const parsed = JSON.parse(report) as {
    ok?: boolean;
    valid?: boolean;
    refusal?: RefusalReport;
  } & Partial<RefusalReport>;
  if (parsed.refusal !== undefined) return parsed.refusal;
  return typeof parsed.rule === "string" ? (parsed as RefusalReport) : undefined;
}
