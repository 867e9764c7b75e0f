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
  await run(path.join(toolchain.bin, "cargo"), ["fetch", "--locked", "--target", WASM_TARGET], {
    cwd: workspace,
    env: environment(toolchain),
    onLine: report,
    hint: "The first set-up needs a connection to the registry of crates.",
  });
}

/**
 * The environment of a build.
 *
 * @param {import("./wasm-toolchain.mjs").Toolchain} toolchain
 * @param {{workspace?: string, label?: string, path?: string[]}} [options] `label` stands for the workspace's folder in
 *   what is built; `path` are folders of tools
 */
export function environment(toolchain, options = {}) {
  const env = withoutRustSettings(process.env);
  env.PATH = [toolchain.bin, ...(options.path ?? []), process.env.PATH].join(path.delimiter);
  env.CARGO_TERM_COLOR = "never";
  // A target folder of the person's own would make this build's results hard to find.
  delete env.CARGO_TARGET_DIR;
  if (options.workspace) {
    env.CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS = remappings(
      toolchain,
      options.workspace,
      options.label ?? "source",
    )
      .map(([from, to]) => `--remap-path-prefix=${from}=${to}`)
      .join(" ");
  }
  return env;
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
