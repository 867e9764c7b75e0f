/** The command line: finds the command, shows a user's mistake as one sentence and a hint. */
import { build } from "./build.ts";
import { reportFailure } from "./failure-report.ts";
import { start } from "./start.ts";
import { worker } from "./worker.ts";

const COMMANDS: Readonly<Record<string, (argv: readonly string[]) => Promise<number>>> = { build, start, worker };

const usage = `Usage: npm run enigma -- <command> [options]

Commands:
  build    compile secret contracts and check them (build --help for its options)
  start    start a local network and run the millionaires contract on it (start --help for its options)
  worker   run one worker that joins a network elsewhere (worker --help for its options)
`;

const [name = "", ...argv] = process.argv.slice(2);
const command = COMMANDS[name];
if (command === undefined) {
  process.stderr.write(usage);
  process.exitCode = name === "" || name === "--help" ? 0 : 2;
} else {
  process.exitCode = await command(argv).catch(reportFailure);
}
