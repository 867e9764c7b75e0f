/**
 * Where nodes write their log lines: a stable event name and public facts, never a secret and never a stack trace for a
 * mistake of a user.
 */

/** Public facts of a log line. */
export type LogFields = Readonly<Record<string, string | number | bigint | boolean | null>>;

export interface Logger {
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}

/** A logger that writes nothing. */
export const silentLogger: Logger = { info() {}, warn() {}, error() {} };
