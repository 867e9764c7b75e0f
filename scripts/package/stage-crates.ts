/** The Rust that comes with the package: the SDK, what its tests run WebAssembly with, and the contracts that templates begin with. */
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { filesBelow } from "../setup/fingerprint.mjs";
import { ROOT } from "../verify/root.ts";
import { templateContracts } from "./stage-templates.ts";

/** Workspaces with the crates of them that are taken. */
const CRATES = {
  contracts: ["sdk", "sdk-bindings", "sdk-macros"],
  "enclave-wasm": ["metering", "wasmi-runner"],
} as const;

/** What a crate is built from; its own tests stay here. */
const PARTS = ["Cargo.toml", "src", "build.rs"];

/** Sources that are taken as they are. */
const OTHERS = ["contracts/wit", "contracts/ethereum", "contracts/Cargo.lock"];

export async function stageCrates(folder: string): Promise<void> {
  for (const [workspace, crates] of Object.entries(CRATES)) {
    const places = crates.flatMap((crate) => PARTS.map((part) => path.join(workspace, crate, part)));
    await copyFiles(places, folder);
    await writeFile(path.join(folder, workspace, "Cargo.toml"), await manifestWith(workspace, crates));
  }
  const templates = await templateContracts();
  await copyFiles([...OTHERS, ...templates.map((name) => `contracts/secret/${name}`)], folder);
}

async function copyFiles(places: readonly string[], folder: string): Promise<void> {
  for (const file of filesBelow(ROOT, [...places])) {
    const target = path.join(folder, file);
    await mkdir(path.dirname(target), { recursive: true });
    await cp(path.join(ROOT, file), target);
  }
}

/** A workspace's manifest with these members alone. */
async function manifestWith(workspace: string, crates: readonly string[]): Promise<string> {
  const text = await readFile(path.join(ROOT, workspace, "Cargo.toml"), "utf8");
  const members = `members = ${JSON.stringify(crates)}`;
  // The contracts of templates lie below, but are members of users' workspaces.
  const excluded = workspace === "contracts" ? '\nexclude = ["secret"]' : "";
  return text.replace(/^members = \[[^\]]*\]/m, `${members}${excluded}`);
}
