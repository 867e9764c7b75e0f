/**
 * The check of a module before it is deployed, by the same code that enclaves run: a module that they would refuse is
 * refused here, where it costs nothing.
 */
import { EnigmaError } from "../protocol/errors/enigma-error.ts";

/** What a checker answers, as JSON. */
interface CheckReport {
  readonly ok: boolean;
  readonly refusal?: ModuleRefusal;
}

/** Why a module is refused. */
interface ModuleRefusal {
  /** Code of the broken rule. */
  readonly code: string;
  /** Null outside functions. */
  readonly function: string | null;
  /** Bytes from the start of the module. */
  readonly offset: number;
  readonly sentence: string;
  readonly hint: string;
}

/** Answers with the report of the metering package's `check_module`: `{"ok": true, …}` or `{"ok": false, "refusal": …}`. */
export type ModuleChecker = (module: Uint8Array) => string | Promise<string>;

interface MeteringPackage {
  default(options: { module_or_path: unknown }): Promise<unknown>;
  check_module(module: Uint8Array): string;
}

const PACKAGE = new URL("../../enclave-wasm/dist/metering/", import.meta.url);

let loading: Promise<MeteringPackage> | undefined;

/** Checks a module with the given checker, or with the one that is built beside the client. @throws `module-refused` */
export async function checkModule(module: Uint8Array, checker: ModuleChecker = checkWithPackage): Promise<void> {
  const { ok, refusal } = JSON.parse(await checker(module)) as CheckReport;
  if (ok) return;
  const { code: rule = "unknown", function: name = null, offset = 0, sentence, hint } = refusal ?? {};
  throw EnigmaError.received({ code: "module-refused", sentence, hint, data: { rule, function: name, offset } });
}

async function checkWithPackage(module: Uint8Array): Promise<string> {
  loading ??= loadPackage();
  return (await loading).check_module(module);
}

async function loadPackage(): Promise<MeteringPackage> {
  try {
    const code = new URL("metering.js", PACKAGE).href;
    const metering = (await import(/* @vite-ignore */ code)) as MeteringPackage;
    await metering.default({ module_or_path: wasmSource(new URL("metering_bg.wasm", PACKAGE)) });
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
