/**
 * The check of a built module, by the metering package: the very code by which clients, gateways and enclaves judge it.
 */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { SetupError } from "./setup-error.mjs";

const PACKAGE = path.join("enclave-wasm", "dist", "metering");

/** The checker's own code, relative to the checkout. */
export const CHECKER = path.join(PACKAGE, "metering_bg.wasm");

/**
 * @typedef {object} ModuleFacts
 * @property {number} moduleBytes
 * @property {number} codeBytes
 * @property {number} functions
 * @property {number} initialPages of 64 KiB
 * @property {string[]} imports functions of the host interface
 */

/**
 * The facts of a valid module.
 *
 * @param {string} root of the checkout
 * @param {Uint8Array} module
 * @returns {Promise<ModuleFacts>}
 * @throws {SetupError} with the code of the broken rule; the sentence names function and offset
 */
export async function checkModule(root, module) {
  const metering = await import(pathToFileURL(path.join(root, PACKAGE, "metering.js")).href);
  metering.initSync({ module: await readFile(path.join(root, CHECKER)) });
  const { ok, facts, refusal } = JSON.parse(metering.check_module(module));
  if (!ok) throw new SetupError(refusal.code, refusal.sentence, refusal.hint);
  return facts;
}
