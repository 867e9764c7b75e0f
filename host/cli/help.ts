/** Help, made of what commands say of themselves. */
import type { Command, OptionSpec, PositionalSpec } from "./command.ts";
import { COMMANDS, GROUPS } from "./command-list.ts";
import { COMMON_OPTIONS } from "./parse-command-line.ts";
import type { Style } from "./style.ts";

/** Longest line; longer summaries are broken. */
const WIDTH = 120;
const GAP = "  ";

type Row = readonly [name: string, text: string];

/** What `enigma --help` prints. */
export function overview(style: Style): string {
  const entries = Object.entries(COMMANDS);
  const width = Math.max(...entries.map(([name]) => name.length));
  const groups = GROUPS.map((group) => {
    const rows = entries.filter(([, command]) => command.group === group);
    return [
      style.bold(`${group}:`),
      ...table(
        rows.map(([name, { summary }]) => [name, summary] as const),
        style,
        width,
      ),
    ];
  }).filter((lines) => lines.length > 1);
  return [
    "Secret contracts: write, run and prove them.",
    "",
    `${style.bold("Usage:")} enigma COMMAND [options]`,
    ...groups.flatMap((lines) => ["", ...lines]),
    "",
    `enigma COMMAND --help tells more of one, with examples. Every command takes --json.`,
  ].join("\n");
}

/** What `enigma COMMAND --help` prints. */
export function commandHelp(command: Command, summary: string, style: Style): string {
  const { positionals, options, description, examples } = command;
  const all = { ...options, ...COMMON_OPTIONS };
  const needed = Object.entries(options).filter(([, { required }]) => required === true);
  const words = [
    ...Object.entries(positionals).map(([name, spec]) => placeOf(name, spec)),
    ...needed.map(([name, { value }]) => `--${name} ${value}`),
    "[options]",
  ];
  const positionalRows = Object.entries(positionals).map(([name, spec]) => [name.toUpperCase(), spec.summary] as const);
  const optionRows = Object.entries(all).map(([name, spec]) => [optionName(name, spec), optionText(spec)] as const);
  return [
    `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`,
    ...(description === undefined ? [] : ["", description]),
    "",
    `${style.bold("Usage:")} enigma ${command.name} ${words.join(" ")}`,
    ...section("Arguments:", positionalRows, style),
    ...section("Options:", optionRows, style),
    "",
    style.bold("Examples:"),
    ...examples.flatMap(({ command: typed, summary: says }) => [`  ${style.cyan(typed)}`, `      ${says}`]),
  ].join("\n");
}

function section(title: string, rows: readonly Row[], style: Style): string[] {
  return rows.length === 0 ? [] : ["", style.bold(title), ...table(rows, style)];
}

function table(rows: readonly Row[], style: Style, width = Math.max(...rows.map(([name]) => name.length))): string[] {
  return rows.flatMap(([name, text]) => {
    const [first = "", ...others] = broken(text, WIDTH - width - 2 * GAP.length);
    const indent = " ".repeat(width);
    return [
      `${GAP}${style.cyan(name.padEnd(width))}${GAP}${first}`,
      ...others.map((line) => `${GAP}${indent}${GAP}${line}`),
    ];
  });
}

/** A text in lines of at most so many characters, broken between words. */
function broken(text: string, most: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > most) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}

function placeOf(name: string, { optional, many }: PositionalSpec): string {
  const shown = `${name.toUpperCase()}${many === true ? "..." : ""}`;
  return optional === true ? `[${shown}]` : shown;
}

function optionName(name: string, { value, short }: OptionSpec): string {
  const long = value === undefined ? `--${name}` : `--${name} ${value}`;
  return short === undefined ? long : `-${short}, ${long}`;
}

function optionText({ summary, default: usual, multiple }: OptionSpec): string {
  const more = multiple === true ? " (can be given several times)" : "";
  return usual === undefined ? `${summary}${more}` : `${summary} (default: ${usual})${more}`;
}
