/**
 * What set-up found, kept for the scripts that follow it and for its own quick check: when nothing that it reads or makes
 * has changed since, there is nothing to do.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { quickFingerprint } from "./fingerprint.mjs";

/** Everything whose change may mean work. */
const INPUTS = [
  "package.json",
  "package-lock.json",
  "scripts/node/package.json",
  "enclave-wasm",
  "contracts",
  "scripts/setup",
  "scripts/compile-solidity.ts",
];

/** Lies in node_modules, so that it goes when they go. */
const stateFile = (root) => path.join(root, "node_modules", ".enigma-setup.json");

/**
 * @typedef {object} State
 * @property {import("./wasm-toolchain.mjs").Toolchain} toolchain for WebAssembly
 * @property {string[]} made paths that must exist, absolute
 * @property {string} fingerprint
 */

/** The state of the last complete run, or undefined. @returns {State | undefined} */
export function readState(root) {
  const file = stateFile(root);
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Whether nothing has changed since that run. */
export function isUnchanged(root, state) {
  return state.made.every((file) => existsSync(file)) && state.fingerprint === currentFingerprint(root);
}

/** Must be taken before the work begins: what is edited meanwhile then counts as changed. */
export function currentFingerprint(root) {
  return quickFingerprint(root, INPUTS);
}

/** @param {State} state */
export function writeState(root, state) {
  const file = stateFile(root);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(`${file}.${process.pid}`, JSON.stringify(state, null, 2));
  renameSync(`${file}.${process.pid}`, file);
}
