/**
 * `npm run bench:gas`: nanoseconds for one gas of every class of instruction and every host call, in each of V8's compilers,
 * inside the enclave as it is built. Writes `docs/gas-prices.md`.
 */
import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import type { HostPrices } from "../../../enclave-wasm/runtime/engine/host-functions.ts";
import { hostPrices, RULES } from "../../fuzz/sample-contracts.ts";
import { ROOT } from "../../verify/root.ts";
import { HOST_KERNELS } from "./host-kernels.ts";
import { INSTRUCTION_KERNELS } from "./instruction-kernels.ts";
import { gasReport, type TierFigures } from "./price-report.ts";

const TIERS: readonly (readonly [keyof TierFigures, readonly string[]])[] = [
  ["first", ["--liftoff-only"]],
  ["optimising", ["--no-liftoff", "--no-wasm-tier-up"]],
];
const FILE = path.join(ROOT, "docs/gas-prices.md");
const MEASURE = path.join(ROOT, "scripts/bench/gas-prices/measure-tier.ts");

const figures: Partial<Record<keyof TierFigures, Record<string, number>>> = {};
for (const [tier, flags] of TIERS) {
  process.stderr.write(`measuring with ${flags.join(" ")}\n`);
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, MEASURE], { maxBuffer: 1 << 26 });
  figures[tier] = JSON.parse(stdout);
}
const report = gasReport(
  [...INSTRUCTION_KERNELS, ...HOST_KERNELS],
  figures as TierFigures,
  JSON.parse(hostPrices()) as HostPrices,
  { rules: RULES, date: new Date().toISOString().slice(0, 10), node: process.versions.node, v8: process.versions.v8 },
);
await mkdir(path.dirname(FILE), { recursive: true });
await writeFile(FILE, report);
console.log(report);
