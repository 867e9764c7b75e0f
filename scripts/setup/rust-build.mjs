/**
 * How Rust is built for WebAssembly here, so that the same sources give the same bytes in any folder on any machine with
 * the same compiler.
 */
import { existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { run } from "./command.mjs";
import { withoutRustSettings } from "./wasm-toolchain.mjs";

export const WASM_TARGET = "wasm32-unknown-unknown";

/**
 * Fetches what a workspace's lock names. Done before a build, because the paths that are remapped include the folders in
 * which cargo unpacks crates.
 */
export async function fetchCrates(toolchain, workspace, report) {
  await run(path.join(toolchain.bin, "cargo"), ["fetch", ...lockArguments(workspace), "--target", WASM_TARGET], {
    cwd: workspace,
    env: environment(toolchain),
    onLine: report,
    hint: "The first set-up needs a connection to the registry of crates.",
  });
}

/** A lock is kept to; a new crate has none yet and gets one. @param {string} workspace its folder */
export function lockArguments(workspace) {
  return existsSync(path.join(workspace, "Cargo.lock")) ? ["--locked"] : [];
}

/**
 * The environment of a build: the toolchain and, before what is on PATH, folders of tools.
 *
 * @param {import("./wasm-toolchain.mjs").Toolchain} toolchain
 * @param {string[]} [tools]
 */
export function environment(toolchain, tools = []) {
  const env = withoutRustSettings(process.env);
  env.PATH = [toolchain.bin, ...tools, process.env.PATH].join(path.delimiter);
  env.CARGO_TERM_COLOR = "never";
  // A target folder of the person's own would make this build's results hard to find.
  delete env.CARGO_TARGET_DIR;
  return env;
}

/**
 * Arguments for cargo that keep this machine's folders out of what is built; cargo adds them to the flags of the workspace's
 * own configuration.
 *
 * @param {import("./wasm-toolchain.mjs").Toolchain} toolchain
 * @param {string} workspace its folder
 * @param {string} label stands for that folder in what is built
 */
export function remapArguments(toolchain, workspace, label) {
  const flags = remappings(toolchain, workspace, label).map(([from, to]) => `--remap-path-prefix=${from}=${to}`);
  return ["--config", `target.${WASM_TARGET}.rustflags = ${JSON.stringify(flags)}`];
}

/** rustc applies the last prefix that fits, so the longer ones come last. */
function remappings(toolchain, workspace, label) {
  const registry = path.join(process.env.CARGO_HOME || path.join(homedir(), ".cargo"), "registry", "src");
  const unpacked = existsSync(registry) ? readdirSync(registry).sort() : [];
  return [
    [workspace, `/${label}`],
    [path.join(toolchain.sysroot, "lib", "rustlib", "src", "rust"), "/rust"],
    [registry, "/crates"],
    ...unpacked.map((name) => [path.join(registry, name), "/crates"]),
  ];
}
