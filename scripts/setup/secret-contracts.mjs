/**
 * The secret contracts: each crate of `contracts/secret` becomes `contracts/dist/<name>/<name>.wasm` and `abi.json`.
 *
 * The module is what is deployed, so its bytes, and with them the code hash, must not depend on the folder it was built in.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { copyFile, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { replaceFolder } from "./cache.mjs";
import { run } from "./command.mjs";
import { crateInputs } from "./crate-inputs.mjs";
import { optimise } from "./enclave-packages.mjs";
import { contentFingerprint } from "./fingerprint.mjs";
import { Outputs } from "./outputs.mjs";
import { step } from "./progress.mjs";
import { environment, fetchCrates, remapArguments, WASM_TARGET } from "./rust-build.mjs";
import { SetupError } from "./setup-error.mjs";
import { packageVersions } from "./tools.mjs";
import { customSections } from "./wasm-section.mjs";

const WORKSPACE = "contracts";
const RECIPE = "1";

/** Folders of `contracts/secret` that hold a crate. */
export function contractNames(root) {
  const folder = path.join(root, WORKSPACE, "secret");
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => existsSync(path.join(folder, name, "Cargo.toml")))
    .sort();
}

/**
 * @param {string} root
 * @param {import("./wasm-toolchain.mjs").Toolchain} toolchain
 * @param {string} node the pinned Node
 */
export async function buildSecretContracts(root, toolchain, node) {
  const outputs = new Outputs(path.join(root, WORKSPACE, "dist"));
  const names = contractNames(root);
  if (names.length === 0) throw new SetupError("part-missing", "contracts/secret is missing from this checkout.");
  const stale = names
    .map((name) => ({ name, fingerprint: fingerprintOf(root, name, toolchain) }))
    .filter(({ name, fingerprint }) => !outputs.isCurrent(name, fingerprint));
  if (stale.length === 0) return;
  const workspace = path.join(root, WORKSPACE);
  await step("secret contracts", "built", async (report) => {
    await fetchCrates(toolchain, workspace, report);
    const crates = stale.map(({ name }) => crateName(root, name));
    await run(
      path.join(toolchain.bin, "cargo"),
      [...cargoArguments(crates), ...remapArguments(toolchain, workspace, WORKSPACE)],
      {
        cwd: workspace,
        env: environment(toolchain),
        onLine: report,
      },
    );
    for (const { name, fingerprint } of stale) {
      report(name);
      const built = path.join(
        workspace,
        "target",
        WASM_TARGET,
        "release",
        `${crateName(root, name).replaceAll("-", "_")}.wasm`,
      );
      await replaceFolder(outputs.place(name), (temporary) => finishContract(root, node, name, built, temporary));
      outputs.record(name, fingerprint);
    }
  });
}

function cargoArguments(crates) {
  return [
    "build",
    "--release",
    "--locked",
    "--target",
    WASM_TARGET,
    ...crates.flatMap((crate) => ["--package", crate]),
  ];
}

function crateName(root, name) {
  const manifest = readFileSync(path.join(root, WORKSPACE, "secret", name, "Cargo.toml"), "utf8");
  const found = /^name = "([^"]+)"/m.exec(manifest)?.[1];
  if (!found) throw new SetupError("manifest-incomplete", `contracts/secret/${name}/Cargo.toml has no package name.`);
  return found;
}

function fingerprintOf(root, name, toolchain) {
  const inputs = [...crateInputs(root, WORKSPACE, path.join("secret", name)), path.join(WORKSPACE, "wit")];
  return contentFingerprint(root, inputs, [RECIPE, toolchain.version, ...packageVersions(root, ["binaryen"])]);
}

async function finishContract(root, node, name, built, folder) {
  const module = path.join(folder, `${name}.wasm`);
  await copyFile(built, module);
  await optimise(root, node, ["-Oz", "-g"], module);
  const bytes = await readFile(module);
  const [abi] = customSections(bytes, "enigma-abi");
  if (!abi) throw new SetupError("abi-missing", `The module of ${name} carries no section "enigma-abi".`);
  const parsed = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(abi));
  await writeFile(path.join(folder, "abi.json"), `${JSON.stringify(parsed, null, 2)}\n`);
}
