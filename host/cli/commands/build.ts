import { relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { killChildren } from "../../../scripts/setup/command.mjs";
import { buildContractCrate, findContractCrate } from "../../../scripts/setup/contract-crate.mjs";
import { step } from "../../../scripts/setup/progress.mjs";
import { ensureRust } from "../../../scripts/setup/rust.mjs";
import { keccak } from "../../protocol/keccak.ts";
import { defineCommand } from "../command.ts";
import { moduleSummary } from "../module-summary.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

/** `enigma build`: compiles contracts, checks them as enclaves do, and says what was made. */
export const command = defineCommand({
  name: "build",
  description: [
    "For the crate in each DIR, makes <name>.wasm, which is what is deployed, and abi.json, in dist/<name> of the crate's",
    "workspace. A module that no enclave would run is refused here, with the rule, the function, the offset, and the way out.",
  ].join("\n"),
  positionals: { dir: { summary: "folders of crates (default: the current one)", many: true, optional: true } },
  options: {},
  examples: [{ command: "enigma build contracts/counter", summary: "Compiles one contract." }],
  stops: "itself",
  async run({ positionals, cwd, stop }) {
    stop.addEventListener("abort", () => killChildren());
    const built = [];
    for (const folder of positionals.dir.length === 0 ? ["."] : positionals.dir)
      built.push(await buildOne(resolve(cwd, folder), cwd));
    return {
      text: built
        .map(({ text }) => text)
        .join("")
        .trimEnd(),
      json: built.map(({ json }) => json),
    };
  },
});

async function buildOne(folder: string, cwd: string): Promise<{ text: string; json: object }> {
  const toolchain = await ensureRust(ROOT);
  const crate = await findContractCrate(toolchain, folder);
  const built = await step(crate.name, "built", (report) =>
    buildContractCrate(ROOT, toolchain, process.execPath, crate, report),
  );
  const place = relative(cwd, built.folder);
  const shown = { ...built, name: crate.name, folder: place.startsWith("..") ? built.folder : place };
  const json = { name: crate.name, folder: built.folder, codeHash: keccak(built.module), bytes: built.module.length };
  return { text: moduleSummary(shown), json };
}
