import { existsSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { importsOf } from "./imports.ts";
import { ROOT, sourceFiles } from "./source-files.ts";

/** Packages that a browser can load as they are, and that name no module of Node in what they give to a browser. */
const BROWSER_PACKAGES = new Set(["ethers", "libsodium-wrappers", "cborg", "abitype", "eventsource-parser"]);

/** Everything of the repository that the given files lead to, the files included. */
function reachable(start: readonly string[]): string[] {
  const seen = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    if (/\.(ts|js|mjs)$/.test(file) && existsSync(path.join(ROOT, file))) {
      for (const imported of importsOf(file).files) visit(imported);
    }
  };
  for (const file of start) visit(file);
  return [...seen].sort();
}

const packageOf = (specifier: string): string =>
  specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");

describe.each(["client", "protocol"])("host/%s", (part) => {
  const files = reachable(sourceFiles(new RegExp(`^host/${part}/.*\\.ts$`)));
  const code = files.filter((file) => /\.(ts|js|mjs)$/.test(file) && existsSync(path.join(ROOT, file)));

  it("imports nothing of Node, by whatever way", () => {
    expect(code.length).toBeGreaterThan(0);
    const node = code.flatMap((file) =>
      importsOf(file)
        .packages.filter((name) => isBuiltin(name))
        .map((name) => `${file} imports ${name}`),
    );
    expect(node).toEqual([]);
  });

  it("uses no global that only Node has", () => {
    const globals = code.filter((file) => {
      const text = readFileSync(path.join(ROOT, file), "utf8").replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
      return /(?<![.\w"'`$])(Buffer\b|process\.|__dirname\b|__filename\b|require\()/.test(text);
    });
    expect(globals).toEqual([]);
  });

  it("uses only packages that work in a browser", () => {
    const packages = new Set(code.flatMap((file) => importsOf(file).packages.map(packageOf)));
    expect([...packages].filter((name) => !BROWSER_PACKAGES.has(name))).toEqual([]);
  });
});
