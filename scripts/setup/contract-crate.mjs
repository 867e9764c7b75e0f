/**
 * A contract's crate in any folder: what cargo says of it, and how it is built where it lies.
 */
import { existsSync } from "node:fs";
import { realpath } from "node:fs/promises";
import path from "node:path";
import { replaceFolder } from "./cache.mjs";
import { run } from "./command.mjs";
import { compileContracts, compiledModule, finishContract } from "./contract-build.mjs";
import { environment } from "./rust-build.mjs";
import { SetupError } from "./setup-error.mjs";

/**
 * @typedef {object} ContractCrate
 * @property {string} name
 * @property {string} library name of the module that cargo makes
 * @property {string} workspace folder of the Cargo workspace, or of the crate where it is alone
 * @property {string} target cargo's folder of built things
 */

/**
 * @param {import("./wasm-toolchain.mjs").Toolchain} toolchain
 * @param {string} folder
 * @returns {Promise<ContractCrate>}
 * @throws {SetupError} `crate-missing`, `crate-not-cdylib`, `command-failed` for a manifest that cargo does not take
 */
export async function findContractCrate(toolchain, folder) {
  const manifest = path.join(folder, "Cargo.toml");
  if (!existsSync(manifest)) {
    throw new SetupError("crate-missing", `${folder} has no Cargo.toml.`, "Name the folder of a contract's crate.");
  }
  const args = ["metadata", "--no-deps", "--format-version", "1", "--manifest-path", manifest];
  const answer = await run(path.join(toolchain.bin, "cargo"), args, { env: environment(toolchain) });
  const { packages, workspace_root: workspace, target_directory: target } = JSON.parse(answer);
  const place = await realpath(manifest);
  const found = packages.find(({ manifest_path }) => manifest_path === place);
  const library = found?.targets.find(({ crate_types }) => crate_types.includes("cdylib"))?.name;
  if (!library) {
    const hint = 'Name a contract\'s crate, with these lines in its Cargo.toml: [lib] crate-type = ["cdylib", "rlib"]';
    throw new SetupError("crate-not-cdylib", `${manifest} makes no WebAssembly module.`, hint);
  }
  return { name: found.name, library, workspace, target };
}

/**
 * Builds a crate into `dist/<name>` of its workspace.
 *
 * @param {string} root of the checkout, which has the tools
 * @param {import("./wasm-toolchain.mjs").Toolchain} toolchain
 * @param {string} node the pinned Node
 * @param {ContractCrate} crate
 * @param {(line: string) => void} report
 * @throws {SetupError} as `finishContract`; `command-failed` with the compiler's words
 */
export async function buildContractCrate(root, toolchain, node, { name, library, workspace, target }, report) {
  // Set-up calls the repository's own workspace by this name too; so the bytes are the same.
  await compileContracts(toolchain, { folder: workspace, label: "contracts" }, [name], report);
  const folder = path.join(workspace, "dist", name);
  let built;
  await replaceFolder(folder, async (temporary) => {
    built = await finishContract(root, node, name, compiledModule(target, library), temporary);
  });
  return { folder, ...built };
}
