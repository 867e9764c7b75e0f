/**
 * Bounds the time of what is done with a peer. The signal asks whatever runs to end; since a stream or a dial that has
 * lost its peer does not always listen, the wait ends in any case.
 */

import type { Clock } from "../protocol/clock.ts";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";

/** @throws EnigmaError `peer-unanswering` after `milliseconds`, or when `stopped` is aborted; else what `action` throws */
export async function withinTime<T>(
  clock: Clock,
  milliseconds: number,
  stopped: AbortSignal,
  action: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const { promise: over, reject } = Promise.withResolvers<never>();
  const end = (): void => {
    const error = new EnigmaError("peer-unanswering");
    controller.abort(error);
    reject(error);
  };
  if (stopped.aborted) end();
  const cancel = clock.after(milliseconds, end);
  stopped.addEventListener("abort", end, { once: true });
  try {
    return await Promise.race([over, action(controller.signal)]);
  } finally {
    cancel();
    stopped.removeEventListener("abort", end);
  }
}
