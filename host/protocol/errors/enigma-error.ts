/**
 * The one error class of the TypeScript side.
 *
 * An error is data: a stable code that programs test, a sentence and a hint that people read. Codes, sentences and
 * hints stand in `registry.json`. A sentence may hold `{placeholders}`, filled from the error's `data`; tests assert
 * codes, never sentences. Secrets never go into `data` or `detail`: both reach logs.
 */
import registry from "./registry.json" with { type: "json" };

/** A code of the registry. */
export type ErrorCode = keyof typeof registry;

/** Public facts about an error; they fill the placeholders of its sentence and travel in JSON-RPC errors. */
export type ErrorData = Readonly<Record<string, unknown>>;

export interface EnigmaErrorOptions {
  /** What exactly was wrong, appended to the sentence. */
  readonly detail?: string | undefined;
  readonly data?: ErrorData | undefined;
  readonly cause?: unknown;
}

/** An error as it travels: from a gateway in JSON-RPC, from an enclave in an ecall's answer. */
export interface ReceivedError {
  readonly code: string;
  readonly sentence?: string | undefined;
  readonly hint?: string | undefined;
  readonly data?: ErrorData | undefined;
}

interface ErrorEntry {
  readonly sentence: string;
  readonly hint: string;
}

const entries = new Map<string, ErrorEntry>(Object.entries(registry));

/** Says whether `code` stands in the registry. */
export function isErrorCode(code: string): code is ErrorCode {
  return entries.has(code);
}

/** An error with a stable code, one sentence and a hint. */
export class EnigmaError extends Error {
  override readonly name: string = "EnigmaError";
  readonly code: string;
  readonly hint: string;
  readonly data: ErrorData;

  constructor(code: ErrorCode, options: EnigmaErrorOptions = {}) {
    const data = options.data ?? {};
    const entry = entries.get(code) ?? { sentence: code, hint: "" };
    const sentence = fill(entry.sentence, data);
    super(options.detail === undefined ? sentence : `${sentence} ${options.detail}`, causeOf(options));
    this.code = code;
    this.hint = entry.hint;
    this.data = data;
  }

  /** Makes an error of one that another process reported. A code that this version does not know is kept. */
  static received(report: ReceivedError, cause?: unknown): EnigmaError {
    const known = entries.get(report.code);
    const error = new EnigmaError(report.code as ErrorCode, { data: report.data, cause });
    error.message = report.sentence ?? error.message;
    return Object.assign(error, { hint: report.hint ?? known?.hint ?? "" });
  }

  /** The error as plain data, without stack and cause. */
  toJSON(): { code: string; sentence: string; hint: string; data: ErrorData } {
    return { code: this.code, sentence: this.message, hint: this.hint, data: this.data };
  }
}

/** Says whether `error` is an EnigmaError, of the given code if there is one. */
export function isEnigmaError(error: unknown, code?: ErrorCode): error is EnigmaError {
  return error instanceof EnigmaError && (code === undefined || error.code === code);
}

function fill(sentence: string, data: ErrorData): string {
  return sentence.replace(/\{(\w+)\}/g, (_, name: string) => (name in data ? String(data[name]) : "unknown"));
}

function causeOf(options: EnigmaErrorOptions): ErrorOptions | undefined {
  return options.cause === undefined ? undefined : { cause: options.cause };
}
