/**
 * Chooses the Rust toolchain, and gets one where the machine has none.
 *
 * Order: a toolchain with the wasm32 target; rustup's `target add`; Debian's packages, installed already or, for root,
 * installed now. Where none of these is possible, set-up stops and names the command for the person who can.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { installPackages, mayInstall, offersPackages } from "./apt.mjs";
import { which } from "./command.mjs";
import { step } from "./progress.mjs";
import { SetupError } from "./setup-error.mjs";
import { addTargetByRustup, buildDebianToolchain, debianIsComplete, findWasmToolchain } from "./wasm-toolchain.mjs";

/** Compiler, sources of the standard library and linker; then what `npm test` wants. */
const DEBIAN_PACKAGES = ["rustc-web", "cargo-web", "rust-web-src", "lld-22", "rustfmt-web", "rust-web-clippy"];

/** What a person can do where this script cannot. */
export const BY_HAND = [
  "Install Rust with rustup (https://rustup.rs) and run: rustup update stable && rustup target add wasm32-unknown-unknown",
  `or, on Debian 12, as root: apt-get update && apt-get install -y ${DEBIAN_PACKAGES.join(" ")}`,
].join("\n");

/**
 * @param {string} root of the checkout
 * @returns {Promise<import("./wasm-toolchain.mjs").Toolchain>}
 */
export async function ensureRust(root) {
  const minimum = minimumVersion(root);
  const found = await findWasmToolchain(minimum);
  if (found) return found;
  if (which("rustup") && (await step("wasm32 target by rustup", "tried", addTargetByRustup))) {
    const added = await findWasmToolchain(minimum);
    if (added) return added;
  }
  if (!(await debianIsComplete(minimum))) {
    if (!(await canInstallDebian())) {
      throw new SetupError("rust-missing", `Rust ${minimum} or newer with the wasm32 target is missing.`, BY_HAND);
    }
    await step("Rust", "installed", installDebianPackages);
  }
  if (!(await debianIsComplete(minimum))) {
    throw new SetupError("rust-too-old", `This system's packages have no Rust ${minimum} or newer.`, BY_HAND);
  }
  return await step("wasm32 target", "built", buildDebianToolchain);
}

/** `rust-version` of the contracts' workspace, which is what people build with their own toolchains. */
export function minimumVersion(root) {
  const manifest = readFileSync(path.join(root, "contracts", "Cargo.toml"), "utf8");
  const version = /^rust-version = "([^"]+)"/m.exec(manifest)?.[1];
  if (!version) throw new SetupError("manifest-incomplete", "contracts/Cargo.toml names no rust-version.");
  return version;
}

/** Whether this process may install Debian's Rust, and apt has it. */
export async function canInstallDebian() {
  return mayInstall() && (await offersPackages(DEBIAN_PACKAGES));
}

export async function installDebianPackages(report) {
  await installPackages(DEBIAN_PACKAGES, report, BY_HAND);
}
