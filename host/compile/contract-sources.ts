/**
 * The contracts of a project, found without cargo, so that an unchanged project needs no toolchain and no time: every member of
 * the Cargo workspace whose library becomes a WebAssembly module.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Project } from "../project/project.ts";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";

/** A contract's crate. */
export interface ContractSources {
  /** The crate's name, which is the contract's. */
  readonly name: string;
  /** Folder of the crate, absolute. */
  readonly folder: string;
  /** Folder of the Cargo workspace, or of the crate where it is alone; absolute. */
  readonly workspace: string;
}

/** Folders that hold no sources. */
const IGNORED = new Set(["node_modules", "target", "dist"]);

/** How deep below the folder of contracts crates are looked for. */
const DEPTH = 4;

/**
 * The contracts, sorted by name.
 * @throws `contracts-missing` where there is no folder of contracts, or no contract in it
 */
export function findContracts(project: Project): ContractSources[] {
  const found = manifestsBelow(project.contracts, DEPTH)
    .map((folder) => contractIn(folder, project))
    .filter((contract) => contract !== undefined)
    .sort((one, other) => (one.name < other.name ? -1 : 1));
  if (found.length === 0) throw new EnigmaError("contracts-missing", { data: { folder: project.contracts } });
  return found;
}

/** Folders with a Cargo.toml. */
function manifestsBelow(folder: string, depth: number): string[] {
  if (!existsSync(folder)) return [];
  const own = existsSync(path.join(folder, "Cargo.toml")) ? [folder] : [];
  if (depth === 0) return own;
  const below = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !IGNORED.has(entry.name) && !entry.name.startsWith("."))
    .flatMap((entry) => manifestsBelow(path.join(folder, entry.name), depth - 1));
  return [...own, ...below];
}

function contractIn(folder: string, project: Project): ContractSources | undefined {
  const manifest = manifestText(folder);
  if (!/^\s*crate-type\s*=\s*\[[^\]]*"cdylib"/m.test(manifest)) return undefined;
  const name = /^\[package\][^[]*?^\s*name\s*=\s*"([^"]+)"/ms.exec(manifest)?.[1];
  return name === undefined ? undefined : { name, folder, workspace: workspaceOf(folder, project.root) };
}

function workspaceOf(folder: string, root: string): string {
  for (let place = folder; ; place = path.dirname(place)) {
    if (existsSync(path.join(place, "Cargo.toml")) && /^\[workspace\]/m.test(manifestText(place))) return place;
    if (place === root || place === path.dirname(place)) return folder;
  }
}

function manifestText(folder: string): string {
  return readFileSync(path.join(folder, "Cargo.toml"), "utf8");
}
