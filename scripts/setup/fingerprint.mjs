/**
 * Tells whether something must be done again.
 *
 * Two levels. The quick one looks at names, sizes and modification times of everything that set-up reads and is all that
 * a run with nothing to do pays for. Where it differs (a fresh checkout, a `touch`), the content decides.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";

const IGNORED = new Set(["node_modules", "target", "dist", ".git"]);

/**
 * All files below the given files and folders, relative to `root`, sorted. What does not exist is left out.
 *
 * @param {string} root
 * @param {string[]} places relative to `root`
 */
export function filesBelow(root, places) {
  const found = [];
  const visit = (relative) => {
    const stats = statSync(path.join(root, relative), { throwIfNoEntry: false });
    if (!stats) return;
    if (!stats.isDirectory()) return void found.push(relative);
    for (const name of readdirSync(path.join(root, relative))) {
      if (!IGNORED.has(name)) visit(path.join(relative, name));
    }
  };
  for (const place of places) visit(place);
  return [...new Set(found)].sort();
}

/** Hash over names, sizes and modification times. */
export function quickFingerprint(root, places) {
  const hash = createHash("sha256");
  for (const file of filesBelow(root, places)) {
    const { size, mtimeMs } = statSync(path.join(root, file));
    hash.update(`${file}\0${size}\0${mtimeMs}\n`);
  }
  return hash.digest("hex");
}

/** Hash over names and contents, and over `settings`, which stand for what is not a file: versions, options. */
export function contentFingerprint(root, places, settings = []) {
  const hash = createHash("sha256");
  for (const setting of settings) hash.update(`${setting}\0`);
  for (const file of filesBelow(root, places)) {
    hash.update(`${file}\0`).update(
      createHash("sha256")
        .update(readFileSync(path.join(root, file)))
        .digest(),
    );
  }
  return hash.digest("hex");
}
