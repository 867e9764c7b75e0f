import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { VERSION } from "../protocol/version.ts";

/**
 * What npm has to be told to install this very package in another folder: the file that it came from where it was installed from
 * one, else its version.
 */
export async function installedSpec(packageRoot: string, folder: string): Promise<string> {
  const modules = path.resolve(packageRoot, "..", "..");
  const record = path.join(modules, ".package-lock.json");
  if (path.basename(modules) !== "node_modules" || !existsSync(record)) return VERSION;
  const { packages } = JSON.parse(await readFile(record, "utf8")) as {
    packages: Record<string, { resolved?: string }>;
  };
  const resolved = packages["node_modules/enigma-simulator"]?.resolved;
  if (resolved?.startsWith("file:") !== true) return VERSION;
  const file = path.resolve(path.dirname(modules), resolved.slice("file:".length));
  return `file:${path.relative(folder, file)}`;
}
