/**
 * Fills `dist/` with what the npm package consists of: a mirror of this repository's layout, with JavaScript in the place of
 * TypeScript, so that relative paths are the same in both. `npm pack` calls it.
 */
import { cp, mkdir } from "node:fs/promises";
import path from "node:path";
import { replaceFolder } from "../setup/cache.mjs";
import { step } from "../setup/progress.mjs";
import { ROOT } from "../verify/root.ts";
import { emitJavaScript } from "./emit-javascript.ts";
import { stageCrates } from "./stage-crates.ts";
import { stageTemplates } from "./stage-templates.ts";

/** Built things that are taken as they are. */
const BUILT = [
  "enclave-wasm/dist/metering",
  "enclave-wasm/dist/platform",
  "enclave-wasm/dist/release",
  "enclave-wasm/dist/debug",
  "contracts/dist/millionaires",
  "contracts/dist/voting",
  "contracts/dist/ethereum",
];

await replaceFolder(path.join(ROOT, "dist"), async (folder) => {
  await step("package: JavaScript", "emitted", () => emitJavaScript(folder));
  for (const place of BUILT) await copy(place, folder);
  await stageCrates(folder);
  await step("package: templates", "compiled", (report) => stageTemplates(folder, report));
});

async function copy(place: string, folder: string): Promise<void> {
  const target = path.join(folder, place);
  await mkdir(path.dirname(target), { recursive: true });
  await cp(path.join(ROOT, place), target, { recursive: true });
}
