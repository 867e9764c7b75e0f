import { inspect } from "node:util";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";

/**
 * Tells on standard error why a command failed, and gives its exit code: a sentence and a hint where the cause is known, a
 * trace only for what nobody foresaw.
 */
export function reportFailure(error: unknown): number {
  process.stderr.write(failureText(error));
  return error instanceof EnigmaError && error.code === "cli-usage" ? 2 : 1;
}

function failureText(error: unknown): string {
  if (!(error instanceof EnigmaError)) return `\nunexpected failure: ${inspect(error)}\n`;
  const cause = error.cause instanceof EnigmaError ? `\ncause: ${error.cause.code}: ${error.cause.message}` : "";
  return `\n${error.code}: ${error.message}${cause}\n${error.hint}\n`;
}
