/** What the functions of contracts cost in a run of tests. */
import type { GasRecord } from "./gas-record.ts";

/** The calls of one function. */
export interface FunctionGas {
  readonly contract: string;
  readonly function: string;
  readonly calls: number;
  readonly min: bigint;
  /** Rounded down. */
  readonly average: bigint;
  /** Of an even number of calls, the average of the two in the middle, rounded down. */
  readonly median: bigint;
  readonly max: bigint;
  readonly categories: GasCategories;
}

/** Averages of a call, rounded down. */
export interface GasCategories {
  /** Of the input, before the first instruction. */
  readonly intrinsic: bigint;
  /** Instructions, memory and result; with the host calls where no call was traced. */
  readonly instructions: bigint;
  /** By name, over those calls that were traced; undefined where none was. */
  readonly hostCalls: Readonly<Record<string, bigint>> | undefined;
}

/** Reports by contract and function, in the order of their names. */
export function gasReport(records: readonly GasRecord[]): FunctionGas[] {
  const byFunction = Map.groupBy(records, (record) => `${record.contract}\n${record.function}`);
  return [...byFunction].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, group]) => functionGas(group));
}

function functionGas(records: readonly GasRecord[]): FunctionGas {
  const [first] = records;
  if (first === undefined) throw new RangeError("a report is of at least one call");
  const gas = records.map(({ gasUsed }) => gasUsed).sort((left, right) => (left < right ? -1 : left > right ? 1 : 0));
  const at = (index: number): bigint => gas[index] as bigint;
  const middle = gas.length >> 1;
  return {
    ...{ contract: first.contract, function: first.function, calls: gas.length },
    ...{ min: at(0), average: average(gas), max: at(gas.length - 1) },
    median: gas.length % 2 === 1 ? at(middle) : (at(middle - 1) + at(middle)) / 2n,
    categories: categoriesOf(records),
  };
}

function categoriesOf(records: readonly GasRecord[]): GasCategories {
  const intrinsic = average(records.map((record) => record.intrinsic));
  const traced = records.map(({ hostCalls }) => hostCalls).filter((calls) => calls !== undefined);
  if (traced.length === 0) {
    const instructions = average(records.map((record) => record.gasUsed - record.intrinsic));
    return { intrinsic, instructions, hostCalls: undefined };
  }
  const names = [...new Set(traced.flatMap((calls) => Object.keys(calls)))].sort();
  const hostCalls = Object.fromEntries(names.map((name) => [name, average(traced.map((calls) => calls[name] ?? 0n))]));
  const own = records.filter((record) => record.hostCalls !== undefined);
  const instructions = average(
    own.map((record) => record.gasUsed - record.intrinsic - sum(Object.values(record.hostCalls ?? {}))),
  );
  return { intrinsic, instructions, hostCalls };
}

function average(values: readonly bigint[]): bigint {
  return sum(values) / BigInt(values.length);
}

function sum(values: readonly bigint[]): bigint {
  return values.reduce((total, value) => total + value, 0n);
}

const COLUMNS = [
  "contract",
  "function",
  "calls",
  "min",
  "average",
  "median",
  "max",
  "intrinsic",
  "instructions",
  "host calls",
];
/** From here on numbers, set to the right. */
const FIRST_NUMBER = 2;
const LAST_NUMBER = 8;

/** The report as a table of text; says so where there is nothing to report. */
export function gasTable(report: readonly FunctionGas[]): string {
  if (report.length === 0) return "gas: no call was recorded";
  const rows = [COLUMNS, ...report.map(cellsOf)];
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return column >= FIRST_NUMBER && column <= LAST_NUMBER ? cell.padStart(width) : cell.padEnd(width);
      })
      .join("  ")
      .trimEnd(),
  );
  return lines.join("\n");
}

function cellsOf({
  contract,
  function: name,
  calls,
  min,
  average: mean,
  median,
  max,
  categories,
}: FunctionGas): string[] {
  const { intrinsic, instructions, hostCalls } = categories;
  const hosts =
    hostCalls === undefined
      ? "in instructions"
      : Object.entries(hostCalls).map(([host, gas]) => `${host} ${grouped(gas)}`);
  const numbers = [BigInt(calls), min, mean, median, max, intrinsic, instructions].map(grouped);
  return [contract, name, ...numbers, typeof hosts === "string" ? hosts : hosts.join(", ") || "none"];
}

function grouped(value: bigint): string {
  return value.toString().replace(/\B(?=(\d{3})+$)/g, ",");
}

/** The report as JSON: gas as decimal strings. */
export function gasJson(report: readonly FunctionGas[]): string {
  return JSON.stringify(report, (_, value: unknown) => (typeof value === "bigint" ? value.toString() : value), 2);
}
