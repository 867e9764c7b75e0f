/** Milliseconds on the machine's steady clock, with fractions: the same in all of its processes, since no one knows when. */
export const now = (): number => Number(process.hrtime.bigint()) / 1e6;
