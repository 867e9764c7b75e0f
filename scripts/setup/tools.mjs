/**
 * The tools that builds call: the pinned Node, wasm-pack, wasm-bindgen, and the versions of all that shape a result.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { packageFolder } from "./package-folder.mjs";
import { step } from "./progress.mjs";
import { buildTool, findTool, wantedTools } from "./wasm-pack.mjs";

/** npm packages whose version changes what is built of Rust and of the runtime. */
const SHAPING_PACKAGES = ["binaryen", "typescript"];

/**
 * @typedef {object} Tools
 * @property {string} node the pinned Node
 * @property {string[]} path folders with wasm-bindgen and wasm-pack
 * @property {string[]} versions of everything that shapes a result
 */

/**
 * Finds the tools and builds those that are missing.
 *
 * @param {string} root
 * @param {string} node
 * @param {import("./wasm-toolchain.mjs").Toolchain} toolchain
 * @returns {Promise<Tools>}
 */
export async function ensureTools(root, node, toolchain) {
  const folders = [];
  const versions = packageVersions(root, SHAPING_PACKAGES);
  for (const wanted of await wantedTools(root)) {
    const build = () => step(wanted.program, "built", (report) => buildTool(wanted, toolchain, report));
    folders.push((await findTool(wanted)) ?? (await build()));
    versions.push(`${wanted.program} ${wanted.version}`);
  }
  return { node, path: folders, versions };
}

/** Name and installed version of npm packages. */
export function packageVersions(root, names) {
  return names.map((name) => {
    const manifest = path.join(packageFolder(root, name), "package.json");
    return `${name} ${JSON.parse(readFileSync(manifest, "utf8")).version}`;
  });
}
