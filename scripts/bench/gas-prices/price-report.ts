import type { HostPrices } from "../../../enclave-wasm/runtime/engine/host-functions.ts";
import type { Kernel } from "./kernel.ts";

/** Nanoseconds of one gas by title, in each compiler. */
export interface TierFigures {
  readonly first: Readonly<Record<string, number>>;
  readonly optimising: Readonly<Record<string, number>>;
}

interface Row {
  readonly title: string;
  readonly first: number;
  readonly optimising: number;
  readonly worst: number;
}

/** What the tables were made with. */
export interface Circumstances {
  readonly rules: number;
  readonly date: string;
  readonly node: string;
  readonly v8: string;
}

/** How many times the median the slowest may be. */
const BOUND = 4;

/** `docs/gas-prices.md`. */
export function gasReport(
  kernels: readonly Kernel[],
  figures: TierFigures,
  prices: HostPrices,
  { rules, date, node, v8 }: Circumstances,
): string {
  const tables = (["instructions", "host calls"] as const).map((group) => {
    const rows = rowsOf(
      kernels.filter((kernel) => kernel.group === group),
      figures,
    );
    return `## ${group === "instructions" ? "Instructions" : "Host calls"}\n\n${table(rows)}`;
  });
  return `# What gas costs

Made by \`npm run bench:gas\` on ${date} with Node ${node} (V8 ${v8}), rules ${rules}: nanoseconds for one gas, by the fastest of
some runs, inside the enclave's debug package, in V8's first compiler (\`--liftoff-only\`) and in the optimising one (\`--no-liftoff\`). Both flags hold for the contract and for the
enclave's own WebAssembly, so the first column of a host call is that of code which V8 has not yet seen to be worth optimising.
A row is slow where its worst figure is more than ${BOUND} times the median of its table's worst figures.

${tables.join("\n")}
${priceList(prices)}`;
}

function rowsOf(kernels: readonly Kernel[], { first, optimising }: TierFigures): Row[] {
  const figure = (figures: Readonly<Record<string, number>>, title: string) => {
    const found = figures[title];
    if (found === undefined) throw new Error(`${title} was not measured`);
    return found;
  };
  return kernels
    .map(({ title }) => {
      const tiers = { first: figure(first, title), optimising: figure(optimising, title) };
      return { title, ...tiers, worst: Math.max(tiers.first, tiers.optimising) };
    })
    .toSorted((left, right) => right.worst - left.worst);
}

function table(rows: readonly Row[]): string {
  const worst = rows.map((row) => row.worst).toSorted((left, right) => left - right);
  const median = worst[Math.floor(worst.length / 2)] ?? 0;
  const lines = rows.map(
    ({ title, first, optimising, worst }) =>
      `| ${title} | ${first.toFixed(2)} | ${optimising.toFixed(2)} | ${(worst / median).toFixed(1)} |`,
  );
  const slow = rows.filter((row) => row.worst > BOUND * median).map(({ title }) => title);
  const verdict = slow.length === 0 ? `All are within ${BOUND} times the median.` : `Slow: ${slow.join("; ")}.`;
  return `| | first compiler | optimising | × median |\n|---|---|---|---|\n${lines.join("\n")}\n\nMedian ${median.toFixed(2)} ns. ${verdict}\n`;
}

/** What an author should look at first: the dear operations on top. */
function priceList(prices: HostPrices): string {
  const rows = Object.entries(prices.functions).toSorted(([, left], [, right]) => right.base - left.base);
  const lines = rows.map(([name, { base, byteIn, byteOut }]) => `| ${name} | ${base} | ${byteIn} | ${byteOut} |`);
  return `## Which operations dominate a task

The task itself costs 10,000, a page of memory ${prices.memoryPage} (a contract begins with some), and a byte of result ${prices.outputByte}. A plain instruction costs 1, a load
or store 2, a multiplication 4, a division 16, a float operation 48: a call of a contract that keeps a few values is mostly the task, its pages and its
host calls, in this order of price:

| host call | each | each byte of arguments | each byte of result |
|---|---|---|---|
${lines.join("\n")}
`;
}
