/**
 * A command of `enigma` as a value: what it takes, what it is for, and what it does. Parsing, help, JSON, exit codes and stop
 * signals come from the frame, which reads this value.
 *
 * A command's file imports types and what parses its options; what does the work is imported inside `run`, so that help and
 * mistakes are answered at once.
 */
import type { Output } from "./output.ts";

/** One positional argument. */
export interface PositionalSpec<T = unknown> {
  readonly summary: string;
  /** It may be left out. */
  readonly optional?: true;
  /** All that follow; the last one only. */
  readonly many?: true;
  /** @throws EnigmaError `cli-usage` */
  readonly parse?: (text: string, name: string) => T;
}

/** One option. Without `value` it is a flag. */
export interface OptionSpec<T = unknown> {
  readonly summary: string;
  /** What help calls its value, in capitals. */
  readonly value?: string;
  /** One letter. */
  readonly short?: string;
  /** It can be given several times. */
  readonly multiple?: true;
  readonly required?: true;
  /** As a user would type it. */
  readonly default?: string;
  /** @throws EnigmaError `cli-usage` */
  readonly parse?: (text: string, option: string) => T;
}

export type PositionalSpecs = Readonly<Record<string, PositionalSpec>>;
export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

type Parsed<S> = S extends { readonly parse: (...args: never[]) => infer T } ? T : string;

type PositionalValue<S> = S extends { readonly many: true }
  ? readonly Parsed<S>[]
  : S extends { readonly optional: true }
    ? Parsed<S> | undefined
    : Parsed<S>;

type OptionValue<S> = S extends { readonly value: string }
  ? S extends { readonly multiple: true }
    ? readonly Parsed<S>[]
    : S extends { readonly default: string } | { readonly required: true }
      ? Parsed<S>
      : Parsed<S> | undefined
  : boolean;

export type PositionalValues<P> = { readonly [name in keyof P]: PositionalValue<P[name]> };
export type OptionValues<O> = { readonly [name in keyof O]: OptionValue<O[name]> };

/** One use of a command. */
export interface Invocation<P = PositionalSpecs, O = OptionSpecs> {
  readonly positionals: PositionalValues<P>;
  readonly options: OptionValues<O>;
  readonly out: Output;
  /** Aborts at Ctrl-C, SIGTERM or SIGHUP. */
  readonly stop: AbortSignal;
  /** The folder in which the command was typed. */
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean };
}

/** What a command has to say when it is done. */
export interface CommandResult {
  /** The one value that `--json` prints. Bytes become hex, bigints decimal strings. */
  readonly json: unknown;
  /** What people read in its place. */
  readonly text: string;
  /** It did its work, and the answer is no: exit code 1. */
  readonly failed?: boolean;
}

export interface Example {
  /** As typed. */
  readonly command: string;
  readonly summary: string;
}

export interface Command<P extends PositionalSpecs = PositionalSpecs, O extends OptionSpecs = OptionSpecs> {
  readonly name: string;
  /** More than the summary in the list of commands says, in lines of at most 120 characters. */
  readonly description?: string;
  /** In their order. */
  readonly positionals: P;
  /** By their long names; `--json` and `--help` are added to all. */
  readonly options: O;
  readonly examples: readonly Example[];
  /**
   * What a stop signal does: `at-once` leaves the work where it is, for commands that leave nothing half-done; `itself` waits
   * until the command, which watches `stop`, has cleaned up and settled.
   */
  readonly stops: "at-once" | "itself";
  /**
   * Resolves to what the frame prints; to nothing where the command printed by itself (`out.record` for JSON, one value a line).
   * @throws EnigmaError for what a user can act upon
   */
  run(invocation: Invocation<P, O>): Promise<CommandResult | undefined>;
}

/** Gives a command the types of its arguments. */
export function defineCommand<const P extends PositionalSpecs, const O extends OptionSpecs>(
  command: Command<P, O>,
): Command<P, O> {
  return command;
}
