/** Median of a series with its smallest and largest value. */
export interface Measured {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly count: number;
}

/** @throws RangeError for an empty series. */
export function summarise(series: readonly number[]): Measured {
  if (series.length === 0) throw new RangeError("nothing was measured");
  const sorted = [...series].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  const median = sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2;
  return { median, min: sorted[0] as number, max: sorted.at(-1) as number, count: sorted.length };
}

/** Every series of a suite's figures, summarised. @throws RangeError for an empty series */
export function summariseAll<Name extends string>(
  figures: Readonly<Record<Name, readonly number[]>>,
  names: readonly Name[],
): Record<Name, Measured> {
  return Object.fromEntries(names.map((name) => [name, summarise(figures[name])])) as Record<Name, Measured>;
}

export function geometricMean(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError("no values");
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

/** Milliseconds that `work` takes, for each of `rounds` runs after `warmUp` that are not counted. */
export async function time(rounds: number, work: () => unknown, warmUp = 1): Promise<number[]> {
  for (let i = 0; i < warmUp; i++) await work();
  const series: number[] = [];
  for (let i = 0; i < rounds; i++) {
    const start = performance.now();
    await work();
    series.push(performance.now() - start);
  }
  return series;
}
