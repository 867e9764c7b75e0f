/** Reads what was typed after a command's name, as the command's own value describes it. */

import { didYouMean } from "../project/suggestion.ts";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import type { Command, OptionSpec, OptionSpecs, PositionalSpecs } from "./command.ts";

export interface ParsedCommandLine {
  readonly positionals: Readonly<Record<string, unknown>>;
  readonly options: Readonly<Record<string, unknown>>;
}

/** Options of every command. */
export const COMMON_OPTIONS = {
  json: { summary: "print JSON on standard output, everything else on standard error" },
  help: { short: "h", summary: "show this text" },
} as const satisfies OptionSpecs;

/** A number below zero is an argument, everything else with a dash in front is an option. */
const OPTION = /^-(?!\d|$|\.\d)/;

/**
 * Options may stand anywhere; after `--` there are none.
 * @throws EnigmaError `cli-usage`
 */
export function parseCommandLine(command: Command, argv: readonly string[]): ParsedCommandLine {
  const { given, rest } = collect({ ...command.options, ...COMMON_OPTIONS }, argv);
  return { positionals: positionalsOf(command.positionals, rest), options: optionsOf(command.options, given) };
}

/** Whether a command line asks for an option of all commands, also where it cannot be parsed otherwise. */
export function asksFor(argv: readonly string[], option: keyof typeof COMMON_OPTIONS): boolean {
  const spec: OptionSpec = COMMON_OPTIONS[option];
  const end = argv.indexOf("--");
  const before = end === -1 ? argv : argv.slice(0, end);
  return before.includes(`--${option}`) || (spec.short !== undefined && before.includes(`-${spec.short}`));
}

function collect(
  specs: OptionSpecs,
  argv: readonly string[],
): { readonly given: ReadonlyMap<string, readonly string[]>; readonly rest: readonly string[] } {
  const given = new Map<string, string[]>();
  const rest: string[] = [];
  for (let index = 0; index < argv.length; index += 1) {
    const word = argv[index] as string;
    if (word === "--") {
      rest.push(...argv.slice(index + 1));
      break;
    }
    if (!OPTION.test(word)) {
      rest.push(word);
      continue;
    }
    const { name, spec, attached } = findOption(specs, word);
    const values = given.get(name) ?? [];
    if (values.length > 0 && spec.multiple !== true && spec.value !== undefined)
      throw usage(`--${name} can be given once.`);
    if (spec.value === undefined) {
      if (attached !== undefined) throw usage(`--${name} takes no value.`);
      values.push("");
    } else {
      if (attached === undefined) index += 1;
      values.push(attached ?? valueAfter(argv[index], name, spec));
    }
    given.set(name, values);
  }
  return { given, rest };
}

function findOption(
  specs: OptionSpecs,
  word: string,
): { readonly name: string; readonly spec: OptionSpec; readonly attached: string | undefined } {
  const [, dashes = "", name = "", attached] = /^(--?)([^=]*)(?:=(.*))?$/s.exec(word) ?? [];
  const found = Object.entries(specs).find(([long, spec]) => (dashes === "--" ? long : spec.short) === name);
  if (found !== undefined) return { name: found[0], spec: found[1], attached };
  const hint = didYouMean(
    word.replace(/=.*$/s, ""),
    Object.keys(specs).map((long) => `--${long}`),
  );
  throw usage(`There is no option "${word}".${hint}`);
}

function valueAfter(word: string | undefined, name: string, spec: OptionSpec): string {
  if (word === undefined || OPTION.test(word)) throw usage(`--${name} takes a value: --${name} ${spec.value}.`);
  return word;
}

function positionalsOf(specs: PositionalSpecs, rest: readonly string[]): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  const left = [...rest];
  for (const [name, spec] of Object.entries(specs)) {
    const parse = (text: string) => (spec.parse === undefined ? text : spec.parse(text, name.toUpperCase()));
    if (spec.many === true) {
      if (left.length === 0 && spec.optional !== true) throw usage(`${name.toUpperCase()} is missing.`);
      values[name] = left.splice(0).map(parse);
      continue;
    }
    const text = left.shift();
    if (text === undefined && spec.optional !== true) throw usage(`${name.toUpperCase()} is missing.`);
    values[name] = text === undefined ? undefined : parse(text);
  }
  if (left.length > 0) throw usage(`"${left[0]}" is one argument too many.`);
  return values;
}

function optionsOf(specs: OptionSpecs, given: ReadonlyMap<string, readonly string[]>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(specs).map(([name, spec]) => {
      const texts = given.get(name);
      if (spec.value === undefined) return [name, texts !== undefined];
      if (texts === undefined && spec.required === true) throw usage(`--${name} ${spec.value} is missing.`);
      const typed = texts ?? (spec.default === undefined ? [] : [spec.default]);
      const values = typed.map((text) => (spec.parse === undefined ? text : spec.parse(text, `--${name}`)));
      return [name, spec.multiple === true ? values : values[0]];
    }),
  );
}

function usage(detail: string): EnigmaError {
  return new EnigmaError("cli-usage", { detail });
}
