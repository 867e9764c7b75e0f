/**
 * A Rust toolchain that can build for wasm32-unknown-unknown.
 *
 * Three sources, cheapest first: a toolchain on this machine that has the target; `rustup target add`; Debian's
 * `rustc-web cargo-web rust-web-src lld-22`, which carry no standard library for wasm32 but its sources with all
 * dependencies, so that it is built here without a network in about half a minute.
 *
 * The built library is not written into Debian's folders: a toolchain folder in the user's cache borrows Debian's compiler
 * and adds the target. That needs no root, and an upgraded compiler never meets a library built by an older one.
 */
import { existsSync } from "node:fs";
import { copyFile, mkdir, readdir, realpath, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { cacheRoot, replaceFolder } from "./cache.mjs";
import { isExecutable, run, which } from "./command.mjs";
import { SetupError } from "./setup-error.mjs";

const TARGET = "wasm32-unknown-unknown";

/** `rustup target add` downloads; on a closed network it must not hold up the other way. In milliseconds. */
const RUSTUP_TIMEOUT = 60_000;

/** Debian's compiler, wherever rustup's proxies stand in PATH. */
export const DEBIAN = { rustc: "/usr/bin/rustc", cargo: "/usr/bin/cargo", lld: "/usr/bin/lld-22" };

/**
 * @typedef {object} Toolchain
 * @property {string} bin folder with `cargo` and `rustc`
 * @property {string} version of rustc, with its commit
 * @property {string} sysroot
 */

/**
 * The first toolchain on this machine that has the target already, or undefined.
 * @param {string} minimum version of rustc
 */
export async function findWasmToolchain(minimum) {
  for (const rustc of await compilers()) {
    const sysroot = (await run(rustc, ["--print", "sysroot"])).trim();
    if (!(await hasTarget(sysroot))) continue;
    const toolchain = await describe(path.dirname(rustc));
    if (isAtLeast(toolchain.version, minimum)) return toolchain;
  }
  return undefined;
}

/** Compilers to look at: rustup's active one, then the first on PATH, then Debian's with the target added. */
async function compilers() {
  const found = [];
  const onPath = which("rustc");
  const sysroot = onPath && (await sysrootOf(onPath));
  if (sysroot) {
    const direct = path.join(sysroot, "bin", "rustc");
    found.push(isExecutable(direct) ? direct : onPath);
  }
  if (isExecutable(DEBIAN.rustc)) {
    if (!found.includes(DEBIAN.rustc)) found.push(DEBIAN.rustc);
    const extended = path.join(await debianToolchainFolder(), "bin", "rustc");
    if (isExecutable(extended)) found.push(extended);
  }
  return found;
}

/** rustup's proxy is on PATH also where no toolchain is behind it; then there is no sysroot. */
async function sysrootOf(rustc) {
  try {
    return (await run(rustc, ["--print", "sysroot"])).trim();
  } catch (error) {
    if (error.code === "command-failed") return undefined;
    throw error;
  }
}

/** Compares versions such as "1.96.0 (ac68faa20 2026-05-25)" and "1.95" number by number. */
export function isAtLeast(version, minimum) {
  const numbers = (text) => (/^\d+(\.\d+)*/.exec(text)?.[0] ?? "0").split(".").map(Number);
  const have = numbers(version);
  for (const [place, wanted] of numbers(minimum).entries()) {
    const number = have[place] ?? 0;
    if (number !== wanted) return number > wanted;
  }
  return true;
}

async function hasTarget(sysroot) {
  const folder = path.join(sysroot, "lib", "rustlib", TARGET, "lib");
  return existsSync(folder) && (await readdir(folder)).some((name) => /^libstd-.*\.rlib$/.test(name));
}

/** @returns {Promise<Toolchain>} */
export async function describe(bin) {
  const rustc = path.join(bin, "rustc");
  const version = /^rustc (.*)$/m.exec(await run(rustc, ["-vV"]))?.[1] ?? "unknown";
  return { bin, version, sysroot: (await run(rustc, ["--print", "sysroot"])).trim() };
}

/** Asks rustup for the target, for a minute. Returns whether it came. */
export async function addTargetByRustup(reportProgress) {
  const rustup = which("rustup");
  if (!rustup) return false;
  try {
    await run(rustup, ["target", "add", TARGET], { timeout: RUSTUP_TIMEOUT, onLine: reportProgress });
    return true;
  } catch (error) {
    // A closed network is the expected case, and the next source needs none; any other reason ends there too.
    if (error.code === "command-failed" || error.code === "command-missing") return false;
    throw error;
  }
}

/** Whether Debian's compiler, sources and linker are all installed, and new enough. */
export async function debianIsComplete(minimum) {
  if (![DEBIAN.rustc, DEBIAN.cargo, DEBIAN.lld].every(isExecutable)) return false;
  const { version } = await describe(path.dirname(DEBIAN.rustc));
  return isAtLeast(version, minimum) && existsSync(path.join(await librarySources(), "vendor"));
}

async function librarySources() {
  const sysroot = (await run(DEBIAN.rustc, ["--print", "sysroot"])).trim();
  return path.join(sysroot, "lib", "rustlib", "src", "rust", "library");
}

async function debianToolchainFolder() {
  const about = await run(DEBIAN.rustc, ["-vV"]);
  const release = /^release: (.*)$/m.exec(about)?.[1];
  const commit = /^commit-hash: (.*)$/m.exec(about)?.[1];
  if (!release || !commit) throw new SetupError("rustc-unknown", `${DEBIAN.rustc} does not tell its version.`);
  return path.join(cacheRoot(), `rust-${release}-${commit.slice(0, 9)}`);
}

/**
 * Builds the standard library for wasm32 from Debian's sources.
 * @returns {Promise<Toolchain>}
 */
export async function buildDebianToolchain(reportProgress) {
  const folder = await debianToolchainFolder();
  const host = /^host: (.*)$/m.exec(await run(DEBIAN.rustc, ["-vV"]))?.[1] ?? "";
  await replaceFolder(folder, async (temporary) => {
    const library = path.join(temporary, "lib", "rustlib", TARGET, "lib");
    await mkdir(library, { recursive: true });
    await buildStandardLibrary(path.join(temporary, "build"), library, reportProgress);
    await borrowCompiler(temporary, folder, host);
  });
  return describe(path.join(folder, "bin"));
}

/** A throw-away crate makes cargo build std; its rlibs are what rustc looks for in a sysroot. */
async function buildStandardLibrary(crate, library, reportProgress) {
  const sources = await librarySources();
  await mkdir(path.join(crate, "src"), { recursive: true });
  await writeFile(path.join(crate, "src", "lib.rs"), "");
  await writeFile(
    path.join(crate, "Cargo.toml"),
    '[package]\nname = "standard-library"\nversion = "0.0.0"\nedition = "2021"\n[lib]\ncrate-type = ["cdylib"]\n[workspace]\n',
  );
  const config = path.join(crate, "sources.toml");
  const vendor = JSON.stringify(path.join(sources, "vendor"));
  await writeFile(config, `[source.crates-io]\nreplace-with = "vendor"\n[source.vendor]\ndirectory = ${vendor}\n`);
  const args = [
    "build",
    "--release",
    "--offline",
    "--target",
    TARGET,
    "-Zbuild-std=std,panic_abort",
    "--config",
    config,
  ];
  const roots = [path.dirname(sources), path.dirname(await realpath(sources))];
  await run(DEBIAN.cargo, args, {
    cwd: crate,
    onLine: reportProgress,
    env: {
      ...withoutRustSettings(process.env),
      RUSTC: DEBIAN.rustc,
      RUSTC_BOOTSTRAP: "1",
      CARGO_TARGET_DIR: path.join(crate, "target"),
      CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER: DEBIAN.lld,
      CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS: roots.map((root) => `--remap-path-prefix=${root}=/rust`).join(" "),
    },
  });
  const built = path.join(crate, "target", TARGET, "release", "deps");
  const libraries = (await readdir(built)).filter((name) => name.endsWith(".rlib"));
  if (!libraries.some((name) => name.startsWith("libstd-"))) {
    throw new SetupError("wasm-target-incomplete", "The build of the wasm32 standard library made no libstd.");
  }
  for (const name of libraries) await copyFile(path.join(built, name), path.join(library, name));
  await rm(crate, { recursive: true });
}

/**
 * Fills `temporary`, which will stand at `folder`, with what makes it a toolchain: wrappers that point Debian's compiler at
 * the folder as its sysroot, Debian's libraries for the host, and its linker under the name that rustc looks for.
 */
async function borrowCompiler(temporary, folder, host) {
  const bin = path.join(temporary, "bin");
  const hostFolder = path.join(temporary, "lib", "rustlib", host);
  await mkdir(bin);
  await mkdir(path.join(hostFolder, "bin"), { recursive: true });
  await symlink(path.join("/usr/lib/rustlib", host, "lib"), path.join(hostFolder, "lib"));
  await symlink(DEBIAN.lld, path.join(hostFolder, "bin", "rust-lld"));
  for (const program of ["rustc", "rustdoc"]) {
    if (!isExecutable(`/usr/bin/${program}`)) continue;
    const sysroot = `'${folder.replaceAll("'", "'\\''")}'`;
    await writeFile(path.join(bin, program), `#!/bin/sh\nexec /usr/bin/${program} --sysroot ${sysroot} "$@"\n`, {
      mode: 0o755,
    });
  }
  for (const program of ["cargo", "cargo-fmt", "rustfmt"]) {
    if (isExecutable(`/usr/bin/${program}`)) await symlink(`/usr/bin/${program}`, path.join(bin, program));
  }
}

/** The environment without settings that would change what is built. */
export function withoutRustSettings(env) {
  const fixed =
    /^(RUSTC|RUSTFLAGS|RUSTDOC|RUSTC_.*|RUSTUP_TOOLCHAIN|CARGO_ENCODED_RUSTFLAGS|CARGO_BUILD_.*|CARGO_PROFILE_.*)$/;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !fixed.test(name)));
}
