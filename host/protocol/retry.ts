import type { Clock } from "./clock.ts";

/** Resolves after `milliseconds`, or at once when the signal is aborted. */
export function pause(clock: Clock, milliseconds: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      cancel();
      signal.removeEventListener("abort", done);
      resolve();
    };
    const cancel = clock.after(milliseconds, done);
    signal.addEventListener("abort", done);
  });
}

/** How long to wait before the `attempt`th repetition, counted from 0: 100 ms, doubling, at most 2 s. */
export function backoff(attempt: number): number {
  return Math.min(100 * 2 ** attempt, 2_000);
}
