import type { Clock } from "./clock.ts";
import { EnigmaError } from "./errors/enigma-error.ts";

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

const UNANSWERED = new Set(["chain-unreachable", "chain-rpc-error"]);

/**
 * What `ask` gives. As long as it fails because Ethereum does not answer, it is asked again, with growing pauses.
 *
 * @throws what it failed with last, when the signal is aborted; every other error at once
 */
export async function untilChainAnswers<T>(clock: Clock, signal: AbortSignal, ask: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await ask();
    } catch (error) {
      if (signal.aborted || !(error instanceof EnigmaError) || !UNANSWERED.has(error.code)) throw error;
      await pause(clock, backoff(attempt), signal);
    }
  }
}
