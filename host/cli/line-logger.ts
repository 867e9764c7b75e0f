import type { LogFields, Logger } from "../protocol/logger.ts";

/** Warnings and errors as lines on standard error; what is fine is not told. */
export const lineLogger: Logger = {
  info() {},
  warn: (event, fields) => write("warning", event, fields),
  error: (event, fields) => write("error", event, fields),
};

function write(level: string, event: string, fields: LogFields = {}): void {
  const facts = Object.entries(fields).map(([name, value]) => ` ${name}=${value}`);
  process.stderr.write(`${level}: ${event}${facts.join("")}\n`);
}
