/**
 * What a crate is built from: its own files, those of the crates it names by path, and its workspace's manifest and lock.
 */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

/** Files of a workspace that change every crate in it. */
const WORKSPACE_FILES = ["Cargo.toml", "Cargo.lock", ".cargo"];

/** Parts of a crate that its library is not built from. */
const CRATE_PARTS = ["Cargo.toml", "src", "build.rs", "wit"];

/**
 * @param {string} root of the checkout
 * @param {string} workspace folder of the Cargo workspace, relative to `root`
 * @param {string} crate folder of the crate, relative to `workspace`
 * @returns {string[]} places relative to `root`
 */
export function crateInputs(root, workspace, crate) {
  const crates = withPathDependencies(root, path.join(workspace, crate), new Set());
  return [
    ...WORKSPACE_FILES.map((file) => path.join(workspace, file)),
    ...[...crates].flatMap((folder) => CRATE_PARTS.map((part) => path.join(folder, part))),
  ];
}

/** A dependency that comes from the workspace's table may be any of its path entries: all of them count. */
function withPathDependencies(root, folder, seen) {
  if (seen.has(folder)) return seen;
  seen.add(folder);
  const manifest = path.join(root, folder, "Cargo.toml");
  if (!existsSync(manifest)) return seen;
  const text = readFileSync(manifest, "utf8").replace(/^\[dev-dependencies\][^[]*/m, "");
  for (const [, relative] of text.matchAll(/\bpath = "([^"]+)"/g)) {
    withPathDependencies(root, path.join(folder, relative), seen);
  }
  if (/\.workspace = true|workspace = true/.test(text)) workspaceDependencies(root, folder, seen);
  return seen;
}

function workspaceDependencies(root, folder, seen) {
  const workspace = workspaceOf(root, folder);
  if (!workspace) return;
  const text = readFileSync(path.join(root, workspace, "Cargo.toml"), "utf8");
  const table = /^\[workspace\.dependencies\]([^[]*)/m.exec(text)?.[1] ?? "";
  for (const [, relative] of table.matchAll(/\bpath = "([^"]+)"/g)) {
    withPathDependencies(root, path.join(workspace, relative), seen);
  }
}

function workspaceOf(root, folder) {
  for (let place = path.dirname(folder); ; place = path.dirname(place)) {
    const manifest = path.join(root, place, "Cargo.toml");
    if (existsSync(manifest) && /^\[workspace\]/m.test(readFileSync(manifest, "utf8"))) return place;
    if (place === path.dirname(place)) return undefined;
  }
}
