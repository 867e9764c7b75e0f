/**
 * Makes a fresh clone ready: packages, Node, Rust for WebAssembly, the enclave, the contracts.
 *
 *     node scripts/setup.mjs [--only contracts,enclave,ethereum]
 *
 * Runs on the machine's own Node, 20 or newer, with nothing installed. Each step that has work prints one line; with
 * nothing to do it is silent and takes a tenth of a second. It can be interrupted at any point and goes on from there.
 */
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { killChildren } from "./setup/command.mjs";
import { buildEnclavePackages, ENCLAVE_OUTPUTS } from "./setup/enclave-packages.mjs";
import {
  checkNodeVersion,
  installNodePackages,
  nodePackagesAreCurrent,
  pinnedNode,
  pinnedNodePath,
} from "./setup/node-packages.mjs";
import { step } from "./setup/progress.mjs";
import { ensureRust } from "./setup/rust.mjs";
import { buildSecretContracts, contractNames } from "./setup/secret-contracts.mjs";
import { SetupError } from "./setup/setup-error.mjs";
import { compileEthereumContracts } from "./setup/solidity.mjs";
import { currentFingerprint, isUnchanged, readState, writeState } from "./setup/state.mjs";
import { ensureTools } from "./setup/tools.mjs";

/** `--only contracts,enclave,ethereum` builds these parts of it. */
const { values } = parseArgs({ options: { only: { type: "string" } } });
const only = values.only?.split(",");
const wanted = (part) => !only || only.includes(part);

const ROOT = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** Children get this long to end before they are killed, in milliseconds. */
const PATIENCE = 3000;

/** Exit codes of a shell for a program that a signal ended. */
const SIGNAL_EXITS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };

async function setUp() {
  checkNodeVersion();
  const state = readState(ROOT);
  if (state && isUnchanged(ROOT, state) && nodePackagesAreCurrent(ROOT)) return;
  const fingerprint = currentFingerprint(ROOT);
  if (!nodePackagesAreCurrent(ROOT)) {
    await step("npm packages", "installed", (report) => installNodePackages(ROOT, report));
  }
  const node = await pinnedNode(ROOT);
  if (wanted("ethereum")) await compileEthereumContracts(ROOT, node);
  if (only?.every((part) => part === "ethereum")) return;
  const toolchain = await ensureRust(ROOT);
  if (wanted("contracts")) await buildSecretContracts(ROOT, toolchain, node);
  if (wanted("enclave")) await buildEnclavePackages(ROOT, toolchain, await ensureTools(ROOT, node, toolchain));
  if (!only) writeState(ROOT, { toolchain, made: madeThings(toolchain), fingerprint });
}

function madeThings(toolchain) {
  const contracts = ["ethereum", ...contractNames(ROOT)].map((name) => path.join("contracts", "dist", name));
  return [
    pinnedNodePath(ROOT),
    path.join(toolchain.bin, "rustc"),
    ...[...ENCLAVE_OUTPUTS, ...contracts].map((place) => path.join(ROOT, place)),
  ];
}

let interruption;

/** Ends the children; the step they belong to then fails, cleans up, and `main` exits. */
function interrupt(signal) {
  if (interruption) return;
  interruption = signal;
  killChildren("SIGTERM");
  setTimeout(() => killChildren("SIGKILL"), PATIENCE).unref();
}

/** npm's shell does not pass signals on; that it is gone is the sign that this run is not wanted any more. */
function watchParent() {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) interrupt("SIGTERM");
  }, 250).unref();
}

function explain(error) {
  if (!(error instanceof SetupError)) return process.stderr.write(`${error.stack}\n`);
  const detail = error.detail ? `${error.detail.trimEnd()}\n\n` : "";
  const hint = error.hint ? `${error.hint}\n` : "";
  process.stderr.write(`\n${detail}${error.code}: ${error.message}\n${hint}`);
}

for (const signal of Object.keys(SIGNAL_EXITS)) process.on(signal, () => interrupt(signal));
watchParent();
try {
  await setUp();
} catch (error) {
  if (!interruption) explain(error);
  process.exitCode = 1;
}
if (interruption) process.exitCode = SIGNAL_EXITS[interruption];
