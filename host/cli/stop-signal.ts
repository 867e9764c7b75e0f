import { constants } from "node:os";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Why a command ends before its time. */
class Stopped extends Error {
  readonly signal: (typeof SIGNALS)[number];

  constructor(signal: (typeof SIGNALS)[number]) {
    super(`stopped by ${signal}`);
    this.signal = signal;
  }
}

/** Aborts at the first Ctrl-C, SIGTERM or SIGHUP. Later ones change nothing: stopping is bounded by itself. */
export function stopSignal(): AbortSignal {
  const controller = new AbortController();
  for (const signal of SIGNALS) process.on(signal, () => controller.abort(new Stopped(signal)));
  return controller.signal;
}

/** The exit code a shell expects of a program that a signal ended: 128 + its number. */
export function exitCodeOf(stop: AbortSignal): number {
  return stop.reason instanceof Stopped ? 128 + constants.signals[stop.reason.signal] : 1;
}
