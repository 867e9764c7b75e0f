/**
 * The WASM packages of `enclave-wasm`, in `enclave-wasm/dist`:
 *
 *   metering/          validation of modules, for the client, the gateway and the compile step
 *   platform/          simulated hardware
 *   release/ debug/    what is measured: `enclave/` by wasm-pack, `runtime/` the JavaScript of the runtime's TypeScript;
 *                      and its signature structure
 *
 * TypeScript is emitted once, by the pinned compiler, and these files are what runs and what is measured everywhere.
 */
import { existsSync } from "node:fs";
import { rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { replaceFolder } from "./cache.mjs";
import { run } from "./command.mjs";
import { crateInputs } from "./crate-inputs.mjs";
import { contentFingerprint, filesBelow } from "./fingerprint.mjs";
import { Outputs } from "./outputs.mjs";
import { packageFolder } from "./package-folder.mjs";
import { step } from "./progress.mjs";
import { environment, fetchCrates, remapArguments } from "./rust-build.mjs";
import { SetupError } from "./setup-error.mjs";

const WORKSPACE = "enclave-wasm";

/** Changes when this file builds something else from the same inputs. */
const RECIPE = "1";

/** The simulated machine's own program, which also measures and signs. */
const HARDWARE = path.join(WORKSPACE, "platform", "hardware");

const PACKAGES = [
  { place: "metering", crate: "metering", name: "metering", features: ["bindgen"] },
  { place: "platform", crate: "platform", name: "platform", features: [] },
  { place: "release/enclave", crate: "enclave", name: "enclave", features: [] },
  { place: "debug/enclave", crate: "enclave", name: "enclave", features: ["debug"] },
];

/** Places of everything made here, relative to the checkout. */
export const ENCLAVE_OUTPUTS = [...PACKAGES.map(({ place }) => place), "release/runtime", "debug/runtime"].map(
  (place) => path.join(WORKSPACE, "dist", place),
);

/**
 * Builds the packages, and signs those that are measured.
 *
 * @param {string} root
 * @param {import("./wasm-toolchain.mjs").Toolchain} toolchain
 * @param {{node: string, path: string[], versions: string[]}} tools
 */
export async function buildEnclavePackages(root, toolchain, tools) {
  const outputs = new Outputs(path.join(root, WORKSPACE, "dist"));
  await buildPackages(root, PACKAGES, toolchain, tools, outputs);
  await buildRuntime(root, tools, outputs);
  for (const flavour of ["release", "debug"]) await signPackage(root, flavour, tools, outputs);
}

/** Builds the metering package alone: what checks contracts. Takes what `buildEnclavePackages` takes. */
export async function buildMetering(root, toolchain, tools) {
  const outputs = new Outputs(path.join(root, WORKSPACE, "dist"));
  const metering = PACKAGES.filter(({ place }) => place === "metering");
  await buildPackages(root, metering, toolchain, tools, outputs);
}

async function buildPackages(root, packages, toolchain, tools, outputs) {
  const stale = packages
    .map((wanted) => ({ ...wanted, fingerprint: fingerprintOf(root, wanted, toolchain, tools) }))
    .filter(({ place, fingerprint }) => !outputs.isCurrent(place, fingerprint));
  if (stale.length > 0) {
    await step("crates of the enclave", "fetched", (report) =>
      fetchCrates(toolchain, path.join(root, WORKSPACE), report),
    );
  }
  for (const wanted of stale) {
    await step(`enclave-wasm ${wanted.place}`, "built", (report) =>
      buildPackage(root, wanted, toolchain, tools, outputs, report),
    );
    outputs.record(wanted.place, wanted.fingerprint);
  }
}

/** Measures a package and signs the measurement, as the enclave's author. */
async function signPackage(root, flavour, tools, outputs) {
  const structure = `${flavour}/enclave.sigstruct`;
  const packageFiles = ["enclave", "runtime"].map((part) => path.join(WORKSPACE, "dist", flavour, part));
  const fingerprint = contentFingerprint(root, [...packageFiles, HARDWARE], [RECIPE]);
  if (outputs.isCurrent(structure, fingerprint)) return;
  const args = [path.join(root, HARDWARE, "sign-package.ts"), outputs.place(flavour)];
  if (flavour === "debug") args.push("--debug");
  await step(`enclave-wasm ${flavour}`, "signed", () => run(tools.node, args, { cwd: root }));
  outputs.record(structure, fingerprint);
}

function fingerprintOf(root, { crate, name, features }, toolchain, tools) {
  return contentFingerprint(root, crateInputs(root, WORKSPACE, crate), [
    RECIPE,
    name,
    ...features,
    toolchain.version,
    ...tools.versions,
  ]);
}

async function buildPackage(root, { place, crate, name, features }, toolchain, tools, outputs, report) {
  const folder = path.join(root, WORKSPACE, crate);
  if (!existsSync(folder)) throw new SetupError("part-missing", `${WORKSPACE}/${crate} is missing from this checkout.`);
  await replaceFolder(outputs.place(place), async (temporary) => {
    const args = ["build", folder, "--release", "--target", "web", "--mode", "no-install", "--no-pack", "--no-opt"];
    args.push("--out-dir", temporary, "--out-name", name, "--", "--locked");
    args.push(...remapArguments(toolchain, path.join(root, WORKSPACE), WORKSPACE));
    if (features.length > 0) args.push("--features", features.join(","));
    await run("wasm-pack", args, {
      cwd: folder,
      env: environment(toolchain, tools.path),
      onLine: report,
    });
    const module = path.join(temporary, `${name}_bg.wasm`);
    report("wasm-opt");
    await optimise(root, tools.node, ["-O3", "-g"], module);
    await rm(path.join(temporary, ".gitignore"), { force: true });
    await writePackageType(temporary);
  });
}

/**
 * Runs binaryen over a module, in its place. `-g` keeps function names, which traces and refusals show.
 */
export async function optimise(root, node, options, module) {
  const program = path.join(packageFolder(root, "binaryen"), "bin", "wasm-opt");
  await run(node, [program, ...options, module, "-o", `${module}.optimised`], { cwd: path.dirname(module) });
  await rename(`${module}.optimised`, module);
}

/** Makes the folder say by itself that it holds ES modules: Node then reads nothing above it. */
async function writePackageType(folder) {
  await writeFile(path.join(folder, "package.json"), '{ "type": "module" }\n');
}

async function buildRuntime(root, tools, outputs) {
  const sources = filesBelow(root, [path.join(WORKSPACE, "runtime")]).filter((file) =>
    /(?<!\.d|\.test)\.ts$/.test(file),
  );
  if (sources.length === 0) throw new SetupError("part-missing", `${WORKSPACE}/runtime is missing from this checkout.`);
  const fingerprint = contentFingerprint(root, sources, [RECIPE, ...tools.versions]);
  const stale = ["release/runtime", "debug/runtime"].filter((place) => !outputs.isCurrent(place, fingerprint));
  if (stale.length === 0) return;
  await step("enclave-wasm runtime", "emitted", async () => {
    for (const place of stale) {
      await replaceFolder(outputs.place(place), (temporary) => emitRuntime(root, tools.node, sources, temporary));
      outputs.record(place, fingerprint);
    }
  });
}

async function emitRuntime(root, node, sources, folder) {
  const options = ["--ignoreConfig", "--noCheck", "--target", "es2024", "--module", "nodenext", "--types", "node"];
  options.push("--verbatimModuleSyntax", "--allowImportingTsExtensions", "--rewriteRelativeImportExtensions");
  options.push("--rootDir", path.join(root, WORKSPACE, "runtime"), "--outDir", folder, "--newLine", "lf");
  const compiler = path.join(root, "node_modules", "typescript", "bin", "tsc");
  await run(node, [compiler, ...options, ...sources], { cwd: root });
  await writePackageType(folder);
}
