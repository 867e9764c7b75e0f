/** `work`, or the signal's reason as soon as it aborts; the work itself goes on. */
export function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    const aborted = () => reject(signal.reason);
    signal.addEventListener("abort", aborted, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", aborted));
  });
}

/**
 * Starts a part with a signal that follows `signal` only until the part is up: from then on it is stopped in its turn, when
 * nothing needs it any more, and not by the signal.
 * @throws the signal's reason if it is aborted
 */
export async function startedUnless<T>(signal: AbortSignal, start: (starting: AbortSignal) => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  const starting = new AbortController();
  const abort = () => starting.abort(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  try {
    return await start(starting.signal);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
