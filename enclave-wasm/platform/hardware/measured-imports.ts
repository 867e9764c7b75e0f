/**
 * Runs what was measured: imports of an enclave package are served from the bytes that its measurement is of, not from the
 * disk, which its host could change between the one reading and the other.
 */
import { registerHooks } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { HardwareError } from "./hardware-error.ts";
import type { MeasuredFile } from "./measure.ts";

/** Measured scripts by place, of all packages that were loaded in this process. */
const scripts = new Map<string, Uint8Array>();
/** The packages' own folders, with a separator behind: nothing else in there is run. */
const folders = new Set<string>();

/**
 * Serves the scripts of a package from now on, and refuses whatever else lies in its folder.
 * @param packageFolder its real path: imports are known by real paths
 */
export function serveMeasured(packageFolder: string, files: readonly MeasuredFile[]): void {
  if (folders.size === 0) registerHooks({ load });
  folders.add(packageFolder + path.sep);
  for (const { name, bytes } of files) scripts.set(path.join(packageFolder, name), bytes);
}

const load: Parameters<typeof registerHooks>[0]["load"] = (url, context, nextLoad) => {
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
