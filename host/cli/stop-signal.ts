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

/**
 * Runs a command until it is done or stopped, and gives its exit code.
 * @param run is to settle soon after its signal, which aborts at the first Ctrl-C, SIGTERM or SIGHUP
 */
export async function runUntilStopped(run: (stop: AbortSignal) => Promise<void>): Promise<number> {
  const controller = new AbortController();
  const stop = controller.signal;
  // Later signals change nothing: stopping is bounded by itself.
  const handlers = SIGNALS.map((name) => [name, () => controller.abort(new Stopped(name))] as const);
  for (const [name, handler] of handlers) process.on(name, handler);
  try {
    await run(stop);
    return 0;
  } catch (error) {
    if (stop.aborted) return exitCodeOf(stop);
    throw error;
  } finally {
    for (const [name, handler] of handlers) process.off(name, handler);
  }
}

/** Rejects with the signal's reason once it has aborted. */
export function aborted(stop: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (stop.aborted) reject(stop.reason);
    stop.addEventListener("abort", () => reject(stop.reason), { once: true });
  });
}

/** The exit code a shell expects of a program that a signal ended: 128 + its number. */
function exitCodeOf(stop: AbortSignal): number {
  return stop.reason instanceof Stopped ? 128 + constants.signals[stop.reason.signal] : 1;
}
