/**
 * wasm-pack, which builds the enclave's packages, and wasm-bindgen's command line, which it calls.
 *
 * One on PATH serves if its version fits. wasm-pack's npm package only downloads a binary at install time, which a closed
 * network refuses; both are crates, so cargo builds them once into the user's cache, for every clone.
 */
import { readFile, rm } from "node:fs/promises";
import path from "node:path";
import { cacheRoot, replaceFolder } from "./cache.mjs";
import { isExecutable, run, which } from "./command.mjs";
import { SetupError } from "./setup-error.mjs";
import { withoutRustSettings } from "./wasm-toolchain.mjs";

const WASM_PACK_VERSION = "0.15.1";

/**
 * @typedef {object} Tool
 * @property {string} name crate
 * @property {string} program
 * @property {string} version
 * @property {string} bin folder that holds the program, once it is there
 */

/** The tools and the versions that this checkout wants. @returns {Promise<Tool[]>} */
export async function wantedTools(root) {
  const bindgen = await lockedVersion(path.join(root, "enclave-wasm", "Cargo.lock"), "wasm-bindgen");
  return [tool("wasm-bindgen-cli", "wasm-bindgen", bindgen), tool("wasm-pack", "wasm-pack", WASM_PACK_VERSION)];
}

function tool(name, program, version) {
  return { name, program, version, bin: path.join(cacheRoot(), `${name}-${version}`, "bin") };
}

async function lockedVersion(lock, crate) {
  const text = await readFile(lock, "utf8");
  const version = new RegExp(`name = "${crate}"\nversion = "([^"]+)"`).exec(text)?.[1];
  if (!version)
    throw new SetupError("lock-incomplete", `${path.basename(lock)} of enclave-wasm does not name ${crate}.`);
  return version;
}

/**
 * The folder with the tool, or undefined when it must be built. wasm-bindgen must fit the crate exactly; wasm-pack may be
 * any of the same minor version.
 */
export async function findTool({ program, version, bin }) {
  if (isExecutable(path.join(bin, program))) return bin;
  const onPath = which(program);
  if (!onPath) return undefined;
  const found = /(\d+)\.(\d+)\.(\d+)/.exec(await run(onPath, ["--version"]));
  const fits = program === "wasm-bindgen" ? found?.[0] === version : version.startsWith(`${found?.[1]}.${found?.[2]}.`);
  return fits ? path.dirname(onPath) : undefined;
}

/**
 * Builds a tool with cargo into the cache. Unoptimised: it halves the time, and the tools run for a second or two.
 *
 * @param {Tool} wanted
 * @param {import("./wasm-toolchain.mjs").Toolchain} toolchain
 */
export async function buildTool({ name, version, bin }, toolchain, reportProgress) {
  await replaceFolder(path.dirname(bin), async (temporary) => {
    await run(
      path.join(toolchain.bin, "cargo"),
      ["install", name, "--version", version, "--locked", "--root", temporary],
      {
        onLine: reportProgress,
        env: {
          ...withoutRustSettings(process.env),
          PATH: `${toolchain.bin}${path.delimiter}${process.env.PATH}`,
          CARGO_TARGET_DIR: path.join(temporary, "target"),
          CARGO_PROFILE_RELEASE_OPT_LEVEL: "0",
          CARGO_PROFILE_RELEASE_LTO: "off",
          CARGO_PROFILE_RELEASE_DEBUG: "false",
        },
        hint: `See what cargo says above; \`cargo install ${name} --version ${version} --locked\` by hand also serves.`,
      },
    );
    await rm(path.join(temporary, "target"), { recursive: true, force: true });
  });
  return bin;
}
