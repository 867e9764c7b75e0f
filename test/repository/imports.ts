import path from "node:path";
import { readSource } from "./source-files.ts";

/** Static imports, re-exports, side-effect imports, dynamic imports with a literal, and modules named by `new URL`. */
const SPECIFIERS = [
  /\b(?:import|export)\s[^"';]*?\bfrom\s*["']([^"']+)["']/g,
  /\bimport\s*["']([^"']+)["']/g,
  /\bimport\(\s*["']([^"']+)["']/g,
  /\bnew URL\(\s*["'](\.[^"']+\.(?:ts|js|mjs|json))["']\s*,\s*import\.meta\.url\s*\)/g,
];

/** What a file imports. */
export interface Imports {
  /** Files of the repository, relative to the checkout. */
  readonly files: readonly string[];
  /** Everything else: packages and `node:` modules. */
  readonly packages: readonly string[];
}

/** Imports that the text of a module names. Imports of types count: they make parts depend on each other too. */
export function importsOf(file: string, text: string = readSource(file)): Imports {
  const files = new Set<string>();
  const packages = new Set<string>();
  const code = withoutComments(text);
  for (const pattern of SPECIFIERS) {
    for (const [, specifier = ""] of code.matchAll(pattern)) {
      if (specifier.startsWith("."))
        files.add(path.posix.normalize(path.posix.join(path.posix.dirname(file), specifier)));
      else packages.add(specifier);
    }
  }
  return { files: [...files].sort(), packages: [...packages].sort() };
}

/** Examples in doc comments import too, and are no imports. */
function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
}
