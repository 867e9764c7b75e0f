/** A failure as a user is told of it: a code, a sentence and a hint where the cause is known, a trace only where nobody foresaw it. */
import { inspect } from "node:util";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import type { Output } from "./output.ts";
import type { Style } from "./style.ts";

/** What was typed is wrong whatever the world is like: exit code 2. */
const NOT_UNDERSTOOD: readonly string[] = ["argument-count", "argument-invalid", "cli-usage"];

/** What is known of a failure. */
interface Explained {
  readonly code: string;
  readonly message: string;
  readonly hint?: string | undefined;
  /** What a tool that failed had printed. */
  readonly detail?: string | undefined;
  readonly data?: unknown;
}

/** Tells why a command failed, and gives its exit code. */
export function reportFailure(error: unknown, out: Output): number {
  const explained = explanationOf(error);
  if (out.json) out.record({ error: asJson(explained) });
  if (explained === undefined) out.note(`\nunexpected failure: ${inspect(error)}`);
  else out.note(failureText(explained, error, out.noteStyle));
  return explained !== undefined && NOT_UNDERSTOOD.includes(explained.code) ? 2 : 1;
}

function failureText({ code, message, hint, detail, data }: Explained, error: unknown, style: Style): string {
  const { cause } = error as Error;
  return [
    "",
    ...(detail === undefined || detail === "" ? [] : [detail.trimEnd(), ""]),
    `${style.bold(style.red(`${code}:`))} ${message}`,
    ...(cause instanceof EnigmaError ? [`cause: ${cause.code}: ${cause.message}`] : []),
    ...taskLines(data),
    ...(hint === undefined || hint === "" ? [] : [style.dim(hint)]),
  ].join("\n");
}

/** A task that failed was paid for, and stands on Ethereum. */
function taskLines(data: unknown): string[] {
  const { taskId, gasUsed, transactionHash } = (data ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof gasUsed !== "bigint" && typeof gasUsed !== "string") return [];
  return [`task ${taskId}: ${gasUsed} gas are paid, transaction ${transactionHash}`];
}

function asJson(explained: Explained | undefined): object {
  if (explained === undefined) return new EnigmaError("internal-error").toJSON();
  const { code, message, hint = "", detail, data = {} } = explained;
  return { code, sentence: message, hint, data: detail === undefined ? data : { ...(data as object), output: detail } };
}

/** Errors of the network and those of the build step know what to say; what the system refuses is told in its own words. */
function explanationOf(error: unknown): Explained | undefined {
  if (error instanceof EnigmaError) return error;
  if (!(error instanceof Error)) return undefined;
  const { name, code } = error as NodeJS.ErrnoException;
  if (name === "SetupError" && typeof code === "string") return error as Error & Explained;
  return fileFailure(error);
}

/** The errors of files that a user can act upon. */
const FILE_ERRORS: Readonly<Record<string, string>> = {
  EACCES: "permission is denied",
  EPERM: "permission is denied",
  EROFS: "it lies on a file system that can only be read",
  ENOSPC: "the disk is full",
  EDQUOT: "the quota of this disk is used up",
  ENOENT: "there is no such file or folder",
  ENOTDIR: "a part of its path is no folder",
  EISDIR: "it is a folder",
};

function fileFailure(error: NodeJS.ErrnoException): EnigmaError | undefined {
  const reason = FILE_ERRORS[error.code ?? ""];
  if (reason === undefined || error.path === undefined) return undefined;
  if (error.code === "ENOSPC" || error.code === "EDQUOT")
    return new EnigmaError("disk-full", { data: { file: error.path } });
  return new EnigmaError("file-refused", { data: { path: error.path, reason } });
}
