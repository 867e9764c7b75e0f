/**
 * Where an npm package lies: below the checkout, or where npm put it beside the package that this file is part of.
 */
import { existsSync } from "node:fs";
import path from "node:path";
import { SetupError } from "./setup-error.mjs";

/**
 * @param {string} root of the checkout, or `dist` of the package
 * @param {string} name
 * @returns {string}
 * @throws {SetupError} `package-missing`
 */
export function packageFolder(root, name) {
  for (let place = root; ; place = path.dirname(place)) {
    const folder = path.join(place, "node_modules", name);
    if (existsSync(path.join(folder, "package.json"))) return folder;
    if (place === path.dirname(place)) break;
  }
  throw new SetupError("package-missing", `The npm package ${name} is not installed.`, "Run: npm install");
}
