/**
 * Makes a fresh clone ready: packages, Node, Rust for WebAssembly, the enclave, the contracts.
 *
 *     node scripts/setup.mjs [--contracts millionaires,probe] [--only contracts,enclave,ethereum]
 *
 * Runs on the machine's own Node, 20 or newer, with nothing installed. Each step that has work prints one line; with
 * nothing to do it is silent and takes a tenth of a second. It can be interrupted at any point and goes on from there.
 */
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { killChildren } from "./setup/command.mjs";
import { buildEnclavePackages, buildMetering, ENCLAVE_OUTPUTS } from "./setup/enclave-packages.mjs";
import {
  checkNodeVersion,
  installNodePackages,
  linkPinnedNode,
  nodePackagesAreCurrent,
  pinnedNode,
  pinnedNodePath,
} from "./setup/node-packages.mjs";
import { step } from "./setup/progress.mjs";
import { ensureRust } from "./setup/rust.mjs";
import { buildSecretContracts, contractNames } from "./setup/secret-contracts.mjs";
import { explanation, SetupError } from "./setup/setup-error.mjs";
import { compileEthereumContracts } from "./setup/solidity.mjs";
import { currentFingerprint, isUnchanged, readState, writeState } from "./setup/state.mjs";
import { ensureTools } from "./setup/tools.mjs";

const ROOT = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** `--only` builds these parts of it; `--contracts` these secret contracts, by default all of them. */
const { values } = parseArgs({ options: { only: { type: "string" }, contracts: { type: "string" } } });
const only = values.only?.split(",");
const wanted = (part) => !only || only.includes(part);
const contracts = values.contracts?.split(",") ?? contractNames(ROOT);

/** Children get this long to end before they are killed, in milliseconds. */
const PATIENCE = 3000;

/** Exit codes of a shell for a program that a signal ended. */
const SIGNAL_EXITS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };

async function setUp() {
  checkNodeVersion();
  linkPinnedNode(ROOT);
  const state = readState(ROOT);
  if (state && isUnchanged(ROOT, state) && hasContracts(state) && nodePackagesAreCurrent(ROOT)) return;
  const fingerprint = currentFingerprint(ROOT);
  if (!nodePackagesAreCurrent(ROOT)) {
    await step("npm packages", "installed", (report) => installNodePackages(ROOT, report));
  }
  const node = await pinnedNode(ROOT);
  if (wanted("ethereum")) await compileEthereumContracts(ROOT, node);
  if (only?.every((part) => part === "ethereum")) return;
  const toolchain = await ensureRust(ROOT);
  const tools = await ensureTools(ROOT, node, toolchain);
  if (wanted("contracts")) {
    await buildMetering(ROOT, toolchain, tools);
    await buildSecretContracts(ROOT, toolchain, node, contracts);
  }
  if (wanted("enclave")) await buildEnclavePackages(ROOT, toolchain, tools);
  if (!only) writeState(ROOT, { toolchain, made: madeThings(toolchain), fingerprint });
}

/** Whether the last complete run made the contracts that this one wants. */
function hasContracts(state) {
  return contracts.every((name) => state.made.includes(contractPlace(name)));
}

const contractPlace = (name) => path.join(ROOT, "contracts", "dist", name);

function madeThings(toolchain) {
  return [
    pinnedNodePath(ROOT),
    path.join(toolchain.bin, "rustc"),
    ...ENCLAVE_OUTPUTS.map((place) => path.join(ROOT, place)),
    ...["ethereum", ...contracts].map(contractPlace),
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
  process.stderr.write(error instanceof SetupError ? explanation(error) : `${error.stack}\n`);
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
