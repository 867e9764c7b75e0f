/** The programs that commands need. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { packageIdentity } from "../../enclave/package-identity.ts";
import { anvilBinary } from "../../ethereum/anvil-process.ts";
import { EnigmaError } from "../../protocol/errors/enigma-error.ts";
import { LEAST_NODE, nodeComplaint } from "../node-version.ts";
import type { Finding } from "./finding.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const REINSTALL = "npm install";

export function findNode(version: string = process.versions.node): Finding {
  if (nodeComplaint(version) === undefined) {
    return { what: "Node", found: `${version}, V8 ${process.versions.v8}`, state: "fine" };
  }
  return {
    what: "Node",
    found: `${version}, older than ${LEAST_NODE}`,
    state: "missing",
    mend: "nvm install 22   (or https://nodejs.org)",
  };
}

/** The blockchain of a local network. */
export async function findAnvil(): Promise<Finding> {
  const what = "anvil";
  try {
    const { stdout } = await promisify(execFile)(anvilBinary(), ["--version"]);
    const version = /Version: (\S+)/.exec(stdout)?.[1] ?? stdout.split("\n")[0] ?? "";
    return { what, found: version, state: "fine" };
  } catch (error) {
    const reason = error instanceof EnigmaError ? String(error.data.reason) : "it does not run";
    return { what, found: reason, state: "missing", mend: REINSTALL };
  }
}

/** The packages of the enclave that are installed, and whether they are the ones that were signed. */
export function findEnclave(): Finding[] {
  return (["debug", "release"] as const).map((name): Finding => {
    const what = `enclave (${name})`;
    try {
      const { mrEnclave, isvSvn, isWhole } = packageIdentity(name);
      if (!isWhole)
        return { what, found: "its files are not those that were signed", state: "missing", mend: REINSTALL };
      return { what, found: `measurement ${mrEnclave}, security version ${isvSvn}`, state: "fine" };
    } catch {
      return { what, found: "it is not installed", state: "missing", mend: REINSTALL };
    }
  });
}

/** Rust with the target of contracts: needed to compile, and for nothing else. */
export async function findRust(): Promise<Finding> {
  const { BY_HAND, minimumVersion } = await import("../../../scripts/setup/rust.mjs");
  const { findWasmToolchain } = await import("../../../scripts/setup/wasm-toolchain.mjs");
  const what = "Rust and wasm32";
  const least = minimumVersion(ROOT);
  const toolchain = await findWasmToolchain(least).catch(() => undefined);
  if (toolchain !== undefined)
    return { what, found: `rustc ${toolchain.version}, target wasm32-unknown-unknown`, state: "fine" };
  const found = `no Rust ${least} or newer with the target wasm32-unknown-unknown: contracts cannot be compiled`;
  return { what, found, state: "lacking", mend: BY_HAND };
}
