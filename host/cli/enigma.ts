#!/usr/bin/env node
/** The command line's entry: hands the process to the frame. */
import { runCommandLine } from "./run-command-line.ts";

const { stdin, stdout, stderr, env } = process;

// Whoever reads may have read enough, such as `head`.
for (const stream of [stdout, stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit(0);
  });
}

const exitCode = await runCommandLine(process.argv.slice(2), { stdin, stdout, stderr, env, cwd: process.cwd() });
// What a stopped command left under way ends here.
stdout.write("", () => stderr.write("", () => process.exit(exitCode)));
