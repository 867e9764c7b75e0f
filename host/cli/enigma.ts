#!/usr/bin/env node
/** The command line's entry: hands the process to the frame. */
import { nodeComplaint } from "./node-version.ts";

const complaint = nodeComplaint(process.versions.node);
if (complaint !== undefined) {
  process.stderr.write(`${complaint}\n`);
  process.exit(1);
}
// Only now: what is too old may not even load the rest.
const { runCommandLine } = await import("./run-command-line.ts");
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
