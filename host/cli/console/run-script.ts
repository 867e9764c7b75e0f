/** What is piped into the console: the body of an async function, or one expression. */
import { text } from "node:stream/consumers";
import { EnigmaError } from "../../protocol/errors/enigma-error.ts";
import type { Output } from "../output.ts";
import { type ConsoleContext, shownValue } from "./console-context.ts";

type Body = (...values: unknown[]) => Promise<unknown>;

const AsyncFunction = (async () => {}).constructor as new (...parts: string[]) => Body;

/** Runs it to its end. @throws EnigmaError `script-failed`, and what contracts and network answer */
export async function runScript(context: ConsoleContext, input: NodeJS.ReadableStream, out: Output): Promise<void> {
  const code = await text(input);
  const scope = { ...context, print: (value: unknown) => tell(value, out) };
  try {
    const result = await compiled(Object.keys(scope), code)(...Object.values(scope));
    if (result !== undefined) tell(result, out);
  } catch (cause) {
    if (cause instanceof EnigmaError) throw cause;
    throw new EnigmaError("script-failed", { data: { reason: firstLine(cause) }, cause });
  }
}

/** @throws SyntaxError */
function compiled(names: readonly string[], code: string): Body {
  try {
    return new AsyncFunction(...names, `return (${code.trim().replace(/;$/, "")}\n)`);
  } catch {
    return new AsyncFunction(...names, code);
  }
}

function tell(value: unknown, out: Output): void {
  if (!out.json) {
    out.print(typeof value === "string" ? value : shownValue(value));
    return;
  }
  try {
    out.record(value);
  } catch {
    out.record(shownValue(value)); // such as a client, which is no data
  }
}

function firstLine(error: unknown): string {
  return String(error).split("\n")[0] ?? "";
}
