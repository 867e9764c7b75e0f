/** Resolves after `milliseconds`. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Pauses that double from `first` to `longest` milliseconds, without end. */
export function* growingPauses(first: number, longest: number): Generator<number, never> {
  for (let next = first; ; next = Math.min(next * 2, longest)) yield next;
}
