import path from "node:path";
import { ROOT } from "./root.ts";
import { type Ended, stream } from "./stream.ts";

/** Runs a program of an npm package, given by its script, on the pinned Node. */
export function tool(script: string, args: readonly string[]): Promise<Ended> {
  return stream(process.execPath, [path.join(ROOT, "node_modules", script), ...args], { cwd: ROOT });
}
