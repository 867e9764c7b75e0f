/**
 * From a secret contract's crate to what is deployed: `<name>.wasm`, optimised and checked, and `abi.json`.
 *
 * The bytes of the module, and with them the code hash, must not depend on the folder it was built in. Set-up and
 * `enigma compile` both build here, so that they give the same bytes.
 */
import { copyFile, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { run } from "./command.mjs";
import { optimise } from "./enclave-packages.mjs";
import { checkModule } from "./module-check.mjs";
import { environment, fetchCrates, lockArguments, remapArguments, WASM_TARGET } from "./rust-build.mjs";
import { SetupError } from "./setup-error.mjs";
import { customSections } from "./wasm-section.mjs";

/**
 * A stack of 32 KiB instead of 1 MiB. Every call pays for the pages of the memory that it begins with, and a used instance is
 * put back page by page: with up to some KiB of constants this is one page, half of which is left for the heap.
 */
const STACK = ["-C", "link-arg=-zstack-size=32768"];

/**
 * Compiles crates of a Cargo workspace to WebAssembly, each by a call of cargo of its own: in one call, a feature that one
 * contract wants of a shared dependency would be on for all, and a module's bytes would depend on its neighbours.
 *
 * @param {import("./wasm-toolchain.mjs").Toolchain} toolchain
 * @param {{folder: string, label: string}} workspace `label` stands for the folder in what is built
 * @param {string[]} crates their names
 * @param {(line: string) => void} report
 */
export async function compileContracts(toolchain, { folder, label }, crates, report) {
  await fetchCrates(toolchain, folder, report);
  const args = ["build", ...lockArguments(folder), ...contractArguments(toolchain, folder, label)];
  const options = { cwd: folder, env: environment(toolchain), onLine: report };
  for (const crate of crates) await run(path.join(toolchain.bin, "cargo"), [...args, "--package", crate], options);
}

/**
 * Cargo's arguments for contracts: whoever gives these gets the same bytes. To be made when all crates are fetched.
 *
 * @param {import("./wasm-toolchain.mjs").Toolchain} toolchain
 * @param {string} folder of the workspace
 * @param {string} label stands for the folder in what is built
 */
export function contractArguments(toolchain, folder, label) {
  const stack = ["--config", `target.${WASM_TARGET}.rustflags = ${JSON.stringify(STACK)}`];
  return ["--release", "--target", WASM_TARGET, ...remapArguments(toolchain, folder, label), ...stack];
}

/**
 * Where cargo puts the module of a crate.
 *
 * @param {string} target cargo's target folder
 * @param {string} library the crate's name, or that of its library
 */
export function compiledModule(target, library) {
  return path.join(target, WASM_TARGET, "release", `${library.replaceAll("-", "_")}.wasm`);
}

/**
 * Makes `<name>.wasm` and `abi.json` in a folder.
 *
 * @param {string} root of the checkout, which has the tools
 * @param {string} node the pinned Node
 * @param {string} name
 * @param {string} built the module as compiled
 * @param {string} folder
 * @returns {Promise<{module: Uint8Array, abi: object[], facts: import("./module-check.mjs").ModuleFacts}>}
 * @throws {SetupError} with the code of the rule that the module breaks; `abi-missing`
 */
export async function finishContract(root, node, name, built, folder) {
  const file = path.join(folder, `${name}.wasm`);
  await copyFile(built, file);
  await optimiseContract(root, node, file);
  const module = new Uint8Array(await readFile(file));
  const facts = await checkModule(root, module);
  const abi = readAbi(name, module);
  await writeFile(path.join(folder, "abi.json"), `${JSON.stringify(abi, null, 2)}\n`);
  return { module, abi, facts };
}

/** The optimiser stops at features that contracts may not use either; the check says so in plain words. */
async function optimiseContract(root, node, file) {
  try {
    await optimise(root, node, ["-Oz", "-g"], file);
  } catch (error) {
    await checkModule(root, new Uint8Array(await readFile(file)));
    throw error;
  }
}

function readAbi(name, module) {
  const [abi] = customSections(module, "enigma-abi");
  if (!abi) {
    const hint = "Write the contract with #[secret_contract]: the macro puts its interface into the module.";
    throw new SetupError("abi-missing", `The module of ${name} carries no section "enigma-abi".`, hint);
  }
  return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(abi));
}
