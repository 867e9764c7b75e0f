// What `scripts/setup.mjs` builds of a secret contract.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const DIST = fileURLToPath(new URL("../../contracts/dist/", import.meta.url));

/** The module that is deployed. */
export function builtModule(name: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(`${DIST}${name}/${name}.wasm`));
}

/** Its only custom section with this name. */
export function customSection(module: Uint8Array<ArrayBuffer>, name: string): Uint8Array {
  const [section, ...others] = WebAssembly.Module.customSections(new WebAssembly.Module(module), name);
  if (section === undefined || others.length > 0) throw new Error(`${others.length + 1} sections named ${name}`);
  return new Uint8Array(section);
}
