/**
 * `npm test`: all checks, the Rust tests of both workspaces, the TypeScript tests. The last line is the total, alone:
 * `N passed, N failed`.
 */
import { WORKSPACES } from "./verify/cargo.ts";
import { runCargoTests } from "./verify/cargo-tests.ts";
import { runChecks } from "./verify/checks.ts";
import { report, type Tally } from "./verify/tally.ts";
import { runVitest } from "./verify/vitest-tests.ts";

const tallies: Tally[] = await runChecks();
for (const workspace of WORKSPACES) tallies.push(await runCargoTests(workspace));
tallies.push(await runVitest(process.argv.slice(2)));
process.exitCode = report(tallies);
