/**
 * Runs what was measured: imports of an enclave package are served from the bytes that its measurement is of, not from the
 * disk, which its host could change between the one reading and the other.
 */
import nodeModule from "node:module";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { HardwareError } from "./hardware-error.ts";
import type { MeasuredFile } from "./measure.ts";
import { canLinkModules, MeasuredModules } from "./measured-modules.ts";

/** Measured scripts by place, of all packages that were loaded in this process. */
const scripts = new Map<string, Uint8Array>();
/** The packages' own folders, with a separator behind: nothing else in there is run. */
const folders = new Set<string>();
/** Where there are no hooks, but modules can be linked. */
const modules = new MeasuredModules((place) => scripts.get(place));

/**
 * Serves the scripts of a package from now on, and refuses whatever else lies in its folder.
 * @param packageFolder its real path: imports are known by real paths
 */
export function serveMeasured(packageFolder: string, files: readonly MeasuredFile[]): void {
  const served = files.map(({ name, bytes }) => [path.join(packageFolder, name), bytes] as const);
  for (const [place, bytes] of served) scripts.set(place, bytes);
  if (canHookHere()) {
    if (folders.size === 0) nodeModule.registerHooks({ load });
  } else if (!canLinkModules()) {
    serveFromThread(packageFolder + path.sep, served);
  }
  folders.add(packageFolder + path.sep);
}

/**
 * Imports a script of a package that is served.
 * @param place its real path
 * @throws {HardwareError} `enclave-measurement` for one that was not measured
 */
// biome-ignore lint/suspicious/noExplicitAny: as of `import()`; what a script exports is known where it is imported.
export function importMeasured(place: string): Promise<any> {
  const { href } = pathToFileURL(place);
  return canHookHere() || !canLinkModules() ? import(/* @vite-ignore */ href) : modules.import(href);
}

/**
 * Older Nodes (before 22.15) run hooks in a thread of their own, which is given what it serves. That is for enclaves in their
 * host's process, as in unit tests: their own processes link modules themselves.
 */
function canHookHere(): boolean {
  return (nodeModule as Partial<typeof nodeModule>).registerHooks !== undefined;
}

function serveFromThread(folder: string, served: readonly (readonly [string, Uint8Array])[]): void {
  const hooks = `
    import { fileURLToPath } from "node:url";
    let folder, scripts;
    export function initialize(data) { folder = data.folder; scripts = new Map(data.served); }
    export async function load(url, context, next) {
      if (!url.startsWith("file:")) return next(url, context);
      const place = fileURLToPath(url.split("?")[0]);
      const source = scripts.get(place);
      if (source !== undefined) return { format: "module", shortCircuit: true, source };
      if (place.startsWith(folder)) throw new Error("enclave-measurement: a script was not measured");
      return next(url, context);
    }`;
  nodeModule.register(`data:text/javascript,${encodeURIComponent(hooks)}`, { data: { folder, served } });
}

const load: Parameters<typeof nodeModule.registerHooks>[0]["load"] = (url, context, nextLoad) => {
  if (!url.startsWith("file:")) return nextLoad(url, context);
  const place = fileURLToPath(withoutQuery(url));
  const source = scripts.get(place);
  if (source !== undefined) return { format: "module", shortCircuit: true, source };
  if ([...folders].some((folder) => place.startsWith(folder))) {
    throw new HardwareError("enclave-measurement", { detail: `${path.basename(place)} was not measured.` });
  }
  return nextLoad(url, context);
};

function withoutQuery(url: string): string {
  const { href, search } = new URL(url);
  return search === "" ? href : href.slice(0, -search.length);
}
