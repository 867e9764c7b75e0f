/**
 * The user's cache directory, where tools built once serve every clone, and the one way things get into any folder:
 * built beside their place and renamed, so that an interrupted step leaves nothing that looks finished.
 */
import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";

/** `$XDG_CACHE_HOME/enigma-network`, by default below `~/.cache`. */
export function cacheRoot() {
  return path.join(process.env.XDG_CACHE_HOME || path.join(homedir(), ".cache"), "enigma-network");
}

/**
 * Lets `build` fill a temporary folder and moves it to `target`, in place of what is there.
 *
 * @param {string} target
 * @param {(folder: string) => Promise<void>} build
 */
export async function replaceFolder(target, build) {
  await mkdir(path.dirname(target), { recursive: true });
  await removeAbandoned(target);
  const temporary = `${target}.building-${process.pid}`;
  await rm(temporary, { recursive: true, force: true });
  await mkdir(temporary);
  try {
    await build(temporary);
    await rm(target, { recursive: true, force: true });
    await rename(temporary, target);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** Removes what interrupted runs left beside `target`, unless the process that made it still lives. */
async function removeAbandoned(target) {
  const prefix = `${path.basename(target)}.building-`;
  for (const name of await readdir(path.dirname(target))) {
    if (!name.startsWith(prefix) || existsSync(`/proc/${name.slice(prefix.length)}`)) continue;
    await rm(path.join(path.dirname(target), name), { recursive: true, force: true });
  }
}
