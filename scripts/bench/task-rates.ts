import { type Measured, summarise } from "./statistics.ts";

/** Tasks of one rate in the table. */
const BLOCK = 1_000;
/** Tasks over which a rate is taken; a block has the median of ten. */
const SLICE = 100;

/** Tasks a second while those from number `from` to number `to` ended. */
export interface Rate {
  readonly from: number;
  readonly to: number;
  readonly rate: Measured;
}

/** Rates of each thousand tasks in the order in which they ended. @param ends milliseconds, in any order */
export function ratesOf(ends: readonly number[]): Rate[] {
  const sorted = [...ends].sort((a, b) => a - b);
  const rates: Rate[] = [];
  for (let from = 0; from + SLICE < sorted.length; from += BLOCK) {
    const to = Math.min(from + BLOCK, sorted.length - 1);
    const slices: number[] = [];
    for (let at = from; at + SLICE <= to; at += SLICE) {
      slices.push((SLICE * 1000) / ((sorted[at + SLICE] as number) - (sorted[at] as number)));
    }
    rates.push({ from, to, rate: summarise(slices) });
  }
  return rates;
}
