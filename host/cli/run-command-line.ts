/** Finds the command, runs it, shows what it has to say, and gives the exit code: 0 done, 1 failed, 2 not understood, 128 + n stopped. */

import { didYouMean } from "../project/suggestion.ts";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import { VERSION } from "../protocol/version.ts";
import type { Command } from "./command.ts";
import { COMMANDS } from "./command-list.ts";
import { reportFailure } from "./failure-report.ts";
import { commandHelp, overview } from "./help.ts";
import { jsonText } from "./json-text.ts";
import { Output, type Terminal } from "./output.ts";
import { asksFor, parseCommandLine } from "./parse-command-line.ts";
import { aborted, runUntilStopped } from "./stop-signal.ts";

/** @param argv what was typed after `enigma` */
export async function runCommandLine(argv: readonly string[], terminal: Terminal): Promise<number> {
  const [name = "--help", ...rest] = argv;
  const out = new Output(terminal, asksFor(argv, "json"));
  try {
    if (name === "--help" || name === "-h" || name === "help") return await showHelp(rest[0], out);
    if (name === "--version" || name === "-v") return show(out, { json: { version: VERSION }, text: VERSION });
    const listed = find(name);
    if (asksFor(rest, "help")) return await showHelp(name, out);
    return await run(await listed.load(), rest, out, terminal);
  } catch (error) {
    return reportFailure(error, out);
  }
}

async function run(command: Command, argv: readonly string[], out: Output, terminal: Terminal): Promise<number> {
  const { positionals, options } = parseCommandLine(command, argv);
  const { cwd, env, stdin } = terminal;
  let exitCode = 0;
  const stopped = await runUntilStopped(async (stop) => {
    const running = command.run({ positionals, options: options as never, out, stop, cwd, env, stdin } as never);
    const result = await (command.stops === "itself" ? running : Promise.race([running, aborted(stop)]));
    if (result !== undefined) exitCode = show(out, result);
  });
  return stopped === 0 ? exitCode : stopped;
}

function show(out: Output, { json, text, failed }: { json: unknown; text: string; failed?: boolean }): number {
  if (out.json) out.record(json);
  else out.print(text);
  return failed === true ? 1 : 0;
}

async function showHelp(name: string | undefined, out: Output): Promise<number> {
  const json = (value: object) => JSON.parse(jsonText(value)) as unknown;
  if (name === undefined || name.startsWith("-")) {
    const commands = Object.entries(COMMANDS).map(([command, { summary, group }]) => ({ command, group, summary }));
    return show(out, { json: json({ commands }), text: overview(out.style) });
  }
  const { load, summary } = find(name);
  const command = await load();
  const { description, positionals, options, examples } = command;
  return show(out, {
    json: json({ command: name, summary, description, positionals, options, examples }),
    text: commandHelp(command, summary, out.style),
  });
}

function find(name: string): (typeof COMMANDS)[string] {
  const listed = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (listed !== undefined) return listed;
  const what = name.startsWith("-") ? "option" : "command";
  const known = [...Object.keys(COMMANDS), "--help", "--version"];
  throw new EnigmaError("cli-usage", { detail: `There is no ${what} "${name}".${didYouMean(name, known)}` });
}
