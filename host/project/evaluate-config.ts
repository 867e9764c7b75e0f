/**
 * Evaluates `enigma.config.ts`.
 *
 * Node strips the types. One that does not by itself (before 22.18) can be told to, but only when it starts: there a child of it
 * evaluates the file and hands over what it exports, which is plain data.
 */
import { execFile } from "node:child_process";
import { statSync } from "node:fs";
import nodeModule from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";

/** What went wrong where a file was evaluated, here or in a child. */
interface Failure {
  readonly message: string;
  readonly stack: string;
}

const ENTRY_POINT = "enigma-simulator/config";

/** What a configuration's file exports. @throws `config-invalid`, with `data.line` where it is known */
export async function evaluateConfig(file: string): Promise<unknown> {
  return stripsTypes() ? evaluateHere(file) : evaluateInChild(file, process.execPath);
}

function stripsTypes(): boolean {
  const { typescript } = process.features as { typescript?: string | false };
  return typescript !== undefined && typescript !== false;
}

async function evaluateHere(file: string): Promise<unknown> {
  const hooks = (nodeModule as Partial<typeof nodeModule>).registerHooks?.({
    // The package that runs is the one that the file means, wherever it is installed.
    resolve: (specifier, context, next) =>
      specifier === ENTRY_POINT ? { url: ownEntryPoint(), shortCircuit: true } : next(specifier, context),
  });
  try {
    const module = (await import(/* @vite-ignore */ urlOf(file))) as { default?: unknown };
    return module.default;
  } catch (error) {
    throw evaluationError(
      file,
      error instanceof Error ? { message: error.message, stack: error.stack ?? "" } : undefined,
    );
  } finally {
    hooks?.deregister();
  }
}

/** A file that was edited since is another module. */
function urlOf(file: string): string {
  return `${pathToFileURL(file).href}?${statSync(file).mtimeMs}`;
}

function ownEntryPoint(): string {
  return new URL(`./config${path.extname(import.meta.url)}`, import.meta.url).href;
}

/** As `evaluateConfig`, by a process of a Node from 22.6 on. */
export async function evaluateInChild(file: string, node: string): Promise<unknown> {
  const program = `const told = await import(${JSON.stringify(urlOf(file))}).then(
    (module) => ({ exported: module.default }),
    (error) => ({ failure: { message: String(error?.message), stack: String(error?.stack) } }),
  );
  process.stdout.write(JSON.stringify(told));`;
  const args = ["--experimental-strip-types", "--no-warnings", "--input-type=module", "--eval", program];
  const { stdout } = await promisify(execFile)(node, args, { cwd: path.dirname(file) });
  const { exported, failure } = JSON.parse(stdout) as { exported?: unknown; failure?: Failure };
  if (failure !== undefined) throw evaluationError(file, failure);
  return exported;
}

function evaluationError(file: string, failure: Failure | undefined): EnigmaError {
  const line = failure === undefined ? undefined : lineOf(file, failure);
  const problem = failure === undefined ? "it throws what is no error" : problemOf(failure);
  const place = line === undefined ? "" : `Line ${line}: `;
  return new EnigmaError("config-invalid", { data: { file, line, problem }, detail: `${place}${problem}.` });
}

/** Newer Nodes name file and line above the text; older ones draw the text with the line in front. */
function lineOf(file: string, { message, stack }: Failure): number | undefined {
  const name = path.basename(file).replaceAll(".", "\\.");
  const found = new RegExp(`${name}(?:\\?[\\d.]+)?:(\\d+)`).exec(stack) ?? /,-\[(\d+):\d+\]/.exec(message);
  return found === null ? undefined : Number(found[1]);
}

function problemOf({ message }: Failure): string {
  const [first = ""] = message.trim().split("\n");
  return first
    .replace(/^x\s+/, "")
    .replace(/\?\d[\d.]*/, "")
    .replace(/\.$/, "");
}
