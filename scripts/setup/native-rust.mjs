/**
 * The toolchain for tests, clippy and rustfmt. It builds for this machine, so it need not be the one with the wasm32
 * target: where rustup has the lints and Debian has the target, each serves for its own.
 */
import path from "node:path";
import { isExecutable, run, which } from "./command.mjs";
import { step } from "./progress.mjs";
import { BY_HAND, canInstallDebian, installDebianPackages, minimumVersion } from "./rust.mjs";
import { SetupError } from "./setup-error.mjs";
import { DEBIAN, describe, isAtLeast } from "./wasm-toolchain.mjs";

/** A component comes from the network or not at all; in milliseconds. */
const RUSTUP_TIMEOUT = 60_000;

/**
 * @typedef {object} NativeRust
 * @property {string} bin folder with cargo
 * @property {boolean} lints whether cargo has clippy and rustfmt
 */

/**
 * Finds a toolchain with the lints, gets them where rustup or apt can, and else returns one without.
 *
 * @param {string} root of the checkout
 * @returns {Promise<NativeRust>}
 * @throws {SetupError} `rust-missing`
 */
export async function ensureNativeRust(root) {
  const minimum = minimumVersion(root);
  const toolchains = await newEnough(minimum);
  const complete = await withLints(toolchains);
  if (complete) return complete;
  if (await getLints()) {
    const completed = await withLints(await newEnough(minimum));
    if (completed) return completed;
  }
  const [first] = toolchains;
  if (first) return { bin: first, lints: false };
  throw new SetupError("rust-missing", `Rust ${minimum} or newer is missing.`, BY_HAND);
}

/** Folders of toolchains that can be used: the one on PATH, then Debian's. */
async function newEnough(minimum) {
  const onPath = which("cargo");
  const folders = new Set([onPath && path.dirname(onPath), path.dirname(DEBIAN.cargo)]);
  const usable = [];
  for (const bin of folders) {
    if (bin && (await answers(bin, ["--version"])) && isAtLeast((await describe(bin)).version, minimum))
      usable.push(bin);
  }
  return usable;
}

async function withLints(toolchains) {
  for (const bin of toolchains) {
    if ((await answers(bin, ["clippy", "--version"])) && (await answers(bin, ["fmt", "--version"]))) {
      return { bin, lints: true };
    }
  }
  return undefined;
}

/** Asks the programs themselves: rustup's proxies exist also for what is not installed. */
async function answers(bin, args) {
  try {
    const env = { ...process.env, PATH: `${bin}${path.delimiter}${process.env.PATH}` };
    await run(path.join(bin, "cargo"), args, { env });
    await run(path.join(bin, "rustc"), ["--version"], { env });
    return true;
  } catch (error) {
    if (error.code === "command-failed" || error.code === "command-missing") return false;
    throw error;
  }
}

async function getLints() {
  if (isExecutable(DEBIAN.rustc) && (await canInstallDebian())) {
    await step("clippy and rustfmt", "installed", installDebianPackages);
    return true;
  }
  if (!which("rustup")) return false;
  return await step("clippy and rustfmt by rustup", "tried", addByRustup);
}

async function addByRustup(report) {
  try {
    await run("rustup", ["component", "add", "clippy", "rustfmt"], { timeout: RUSTUP_TIMEOUT, onLine: report });
    return true;
  } catch (error) {
    if (error.code === "command-failed") return false;
    throw error;
  }
}
