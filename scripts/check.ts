/** `npm run check`: formatters, linters and type checks of all languages. */
import { runChecks } from "./verify/checks.ts";
import { report } from "./verify/tally.ts";

process.exitCode = report(await runChecks());
