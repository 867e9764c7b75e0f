import type { LogFields, Logger } from "../protocol/logger.ts";

type Level = "info" | "warn" | "error";

/** A logger that keeps its lines. */
export class KeptLog implements Logger {
  readonly lines: string[] = [];

  info(event: string, fields?: LogFields): void {
    this.#keep("info", event, fields);
  }

  warn(event: string, fields?: LogFields): void {
    this.#keep("warn", event, fields);
  }

  error(event: string, fields?: LogFields): void {
    this.#keep("error", event, fields);
  }

  /** The lines of a level. */
  of(level: Level): string[] {
    return this.lines.filter((line) => line.startsWith(`${level} `));
  }

  #keep(level: Level, event: string, fields: LogFields = {}): void {
    const facts = Object.entries(fields).map(([name, value]) => ` ${name}=${value}`);
    this.lines.push(`${level} ${event}${facts.join("")}`);
  }
}
