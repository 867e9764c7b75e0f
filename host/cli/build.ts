import { relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { killChildren } from "../../scripts/setup/command.mjs";
import { buildContractCrate, findContractCrate } from "../../scripts/setup/contract-crate.mjs";
import { step } from "../../scripts/setup/progress.mjs";
import { ensureRust } from "../../scripts/setup/rust.mjs";
import { explanation, SetupError } from "../../scripts/setup/setup-error.mjs";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import { moduleSummary } from "./module-summary.ts";
import { runUntilStopped } from "./stop-signal.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

const help = `Usage: enigma build [DIR...]

Compiles secret contracts: for the crate in each DIR (default: the current folder), makes <name>.wasm, which is what is
deployed, and abi.json, in dist/<name> of the crate's workspace. A module that no enclave would run is refused here, with
the rule, the function, the offset, and the way out.

Options:
  --help   this text
`;

/** `enigma build`: compiles contracts, checks them as enclaves do, and says what was made. */
export async function build(argv: readonly string[]): Promise<number> {
  const { folders, wantsHelp } = parseOptions(argv);
  if (wantsHelp) {
    process.stdout.write(help);
    return 0;
  }
  try {
    return await runUntilStopped(async (stop) => {
      stop.addEventListener("abort", () => killChildren());
      for (const folder of folders) await buildOne(folder);
    });
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    process.stderr.write(explanation(error));
    return 1;
  }
}

async function buildOne(folder: string): Promise<void> {
  const toolchain = await ensureRust(ROOT);
  const crate = await findContractCrate(toolchain, resolve(folder));
  const built = await step(crate.name, "built", (report) =>
    buildContractCrate(ROOT, toolchain, process.execPath, crate, report),
  );
  const place = relative(process.cwd(), built.folder);
  process.stdout.write(
    moduleSummary({ ...built, name: crate.name, folder: place.startsWith("..") ? built.folder : place }),
  );
}

function parseOptions(argv: readonly string[]): { folders: readonly string[]; wantsHelp: boolean } {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: { help: { type: "boolean", short: "h" } },
    });
    return { folders: positionals.length === 0 ? ["."] : positionals, wantsHelp: values.help ?? false };
  } catch (cause) {
    throw new EnigmaError("cli-usage", { detail: (cause as Error).message, cause });
  }
}
