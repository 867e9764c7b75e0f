import type { Measured } from "./statistics.ts";

/** Rows of cells as aligned text; the first column to the left, the others to the right. Cells that lack are empty. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...all.map((row) => (row[column] ?? "").length)));
  const line = (row: readonly string[]) =>
    widths.map((width, i) => (i === 0 ? (row[i] ?? "").padEnd(width) : (row[i] ?? "").padStart(width))).join("  ");
  return [line(header), widths.map((width) => "-".repeat(width)).join("  "), ...rows.map(line)].join("\n");
}

/** `median [min .. max]` in the given unit. */
export function spread(measured: Measured, digits = 2): string {
  const text = (value: number) => value.toFixed(digits);
  return `${text(measured.median)} [${text(measured.min)} .. ${text(measured.max)}]`;
}

/** One figure that an aim was set for. */
export interface Aim {
  readonly what: string;
  readonly wanted: string;
  readonly measured: string;
  readonly reached: boolean;
  /** By how much the median is off the limit, as a share of it; below zero on the wrong side. */
  readonly margin: number;
}

/** An aim that is reached when the median is no more than `most`. */
export function atMost(what: string, measured: Measured, most: number, digits = 2): Aim {
  const reached = measured.median <= most;
  return { what, wanted: `≤ ${most}`, measured: spread(measured, digits), reached, margin: 1 - measured.median / most };
}

/** An aim that is reached when the median is no less than `least`. */
export function atLeast(what: string, measured: Measured, least: number, digits = 2): Aim {
  const reached = measured.median >= least;
  return {
    what,
    wanted: `≥ ${least}`,
    measured: spread(measured, digits),
    reached,
    margin: measured.median / least - 1,
  };
}

/** Which aims are reached, and by how much the others are missed. */
export function aims(list: readonly Aim[]): string {
  return table(
    ["aim", "wanted", "measured", ""],
    list.map((aim) => [aim.what, aim.wanted, aim.measured, verdict(aim)]),
  );
}

function verdict({ reached, margin }: Aim): string {
  return reached ? "reached" : `not reached, by ${(-100 * margin).toFixed(0)} %`;
}
