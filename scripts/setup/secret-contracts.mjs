/**
 * The secret contracts of this repository: each crate of `contracts/secret` becomes `contracts/dist/<name>/<name>.wasm` and
 * `abi.json`.
 */
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { replaceFolder } from "./cache.mjs";
import { compileContracts, compiledModule, finishContract } from "./contract-build.mjs";
import { crateInputs } from "./crate-inputs.mjs";
import { contentFingerprint } from "./fingerprint.mjs";
import { CHECKER } from "./module-check.mjs";
import { Outputs } from "./outputs.mjs";
import { step } from "./progress.mjs";
import { SetupError } from "./setup-error.mjs";
import { packageVersions } from "./tools.mjs";

const WORKSPACE = "contracts";
const RECIPE = "4";

/** Folders of `contracts/secret` that hold a crate; each has its crate's name. */
export function contractNames(root) {
  const folder = path.join(root, WORKSPACE, "secret");
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => existsSync(path.join(folder, name, "Cargo.toml")))
    .sort();
}

/**
 * Needs the metering package, which checks what is built.
 *
 * @param {string} root
 * @param {import("./wasm-toolchain.mjs").Toolchain} toolchain
 * @param {string} node the pinned Node
 * @param {string[]} names the contracts that are wanted
 */
export async function buildSecretContracts(root, toolchain, node, names) {
  const outputs = new Outputs(path.join(root, WORKSPACE, "dist"));
  const known = contractNames(root);
  if (known.length === 0) throw new SetupError("part-missing", "contracts/secret is missing from this checkout.");
  const unknown = names.find((name) => !known.includes(name));
  if (unknown) throw new SetupError("contract-missing", `There is no crate contracts/secret/${unknown}.`);
  const stale = names
    .map((name) => ({ name, fingerprint: fingerprintOf(root, name, toolchain) }))
    .filter(({ name, fingerprint }) => !outputs.isCurrent(name, fingerprint));
  if (stale.length === 0) return;
  const workspace = { folder: path.join(root, WORKSPACE), label: WORKSPACE };
  const target = path.join(workspace.folder, "target");
  await step(`secret contracts: ${stale.map(({ name }) => name).join(", ")}`, "built", async (report) => {
    const crates = stale.map(({ name }) => name);
    await compileContracts(toolchain, workspace, crates, report);
    for (const { name, fingerprint } of stale) {
      report(name);
      const built = compiledModule(target, name);
      await replaceFolder(outputs.place(name), (temporary) => finishContract(root, node, name, built, temporary));
      outputs.record(name, fingerprint);
    }
  });
}

/** The checker is an input too: what it took yesterday it may refuse today. */
function fingerprintOf(root, name, toolchain) {
  const inputs = [...crateInputs(root, WORKSPACE, path.join("secret", name)), path.join(WORKSPACE, "wit"), CHECKER];
  return contentFingerprint(root, inputs, [RECIPE, toolchain.version, ...packageVersions(root, ["binaryen"])]);
}
