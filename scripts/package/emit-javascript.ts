/** JavaScript and its types from the TypeScript of `host/` and of the simulated hardware. */
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { run } from "../setup/command.mjs";
import { ROOT } from "../verify/root.ts";

/** The oldest Node warns of modules in JSON: what is imported so becomes JavaScript. */
const JSON_IMPORT = /(from ")([^"]+)\.json" with \{ type: "json" \};/g;

/** Emits into a folder, at the same places. */
export async function emitJavaScript(folder: string): Promise<void> {
  const compiler = path.join(ROOT, "node_modules", "typescript", "bin", "tsc");
  await run(process.execPath, [compiler, "-p", path.join(ROOT, "tsconfig.package.json"), "--outDir", folder], {
    cwd: ROOT,
  });
  for (const file of await filesIn(folder)) {
    if (/\.(js|d\.ts)$/.test(file)) await replaceJsonImports(file);
    else if (file.endsWith(".json")) await makeModule(file);
    else if (file.endsWith(".d.mts")) await rm(file);
  }
}

async function replaceJsonImports(file: string): Promise<void> {
  const text = await readFile(file, "utf8");
  const replaced = text.replace(JSON_IMPORT, '$1$2.js";');
  if (replaced !== text) await writeFile(file, replaced);
}

async function makeModule(file: string): Promise<void> {
  const text = (await readFile(file, "utf8")).trimEnd();
  const base = file.slice(0, -".json".length);
  await writeFile(`${base}.js`, `export default ${text};\n`);
  await writeFile(`${base}.d.ts`, `declare const value: ${typeOf(JSON.parse(text))};\nexport default value;\n`);
  await rm(file);
}

function typeOf(value: unknown): string {
  if (Array.isArray(value)) return "readonly unknown[]";
  if (typeof value !== "object" || value === null) return typeof value;
  const fields = Object.entries(value).map(([name, field]) => `${JSON.stringify(name)}: ${typeOf(field)};`);
  return `{ ${fields.join(" ")} }`;
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
}
