import { cargo, nativeRust, WORKSPACES } from "./cargo.ts";
import type { Ended } from "./stream.ts";
import { checkTally, skippedTally, type Tally } from "./tally.ts";
import { tool } from "./tool.ts";

interface Check {
  readonly name: string;
  /** Needs clippy or rustfmt. */
  readonly lints?: true;
  run(): Promise<Ended>;
}

/** Formatters, linters and type checks, the quick ones first. */
const CHECKS: readonly Check[] = [
  { name: "biome", run: () => tool("@biomejs/biome/bin/biome", ["check", "--error-on-warnings"]) },
  { name: "tsc", run: () => tool("typescript/bin/tsc", ["--noEmit"]) },
  {
    name: "solhint",
    run: () =>
      tool("solhint/solhint.js", ["--disc", "--noPoster", "--max-warnings", "0", "contracts/ethereum/**/*.sol"]),
  },
  ...WORKSPACES.map((workspace) => ({
    name: `rustfmt ${workspace}`,
    lints: true as const,
    run: () => cargo(workspace, ["fmt", "--all", "--check"]),
  })),
  ...WORKSPACES.map((workspace) => ({
    name: `clippy ${workspace}`,
    lints: true as const,
    run: () =>
      cargo(workspace, [
        "clippy",
        "--locked",
        "--workspace",
        "--all-targets",
        "--all-features",
        "--",
        "-D",
        "warnings",
      ]),
  })),
];

/** Runs every check, also after a failed one. Lints that this machine cannot get are skipped, and said to be. */
export async function runChecks(): Promise<Tally[]> {
  const tallies: Tally[] = [];
  for (const { name, lints, run } of CHECKS) {
    console.log(`\n== ${name}`);
    if (lints && !(await nativeRust()).lints) {
      console.log(
        "skipped: this machine's Rust has no clippy and rustfmt, and neither rustup nor apt could bring them",
      );
      tallies.push(skippedTally(name));
    } else {
      tallies.push(checkTally(name, (await run()).code));
    }
  }
  return tallies;
}
