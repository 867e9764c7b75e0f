import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { Interface } from "ethers";
import * as metering from "../../enclave-wasm/dist/metering/metering.js";
import { ROOT } from "../verify/root.ts";
import type { CheckedRun, Job } from "./checked-run.ts";

const FOLDER = path.join(ROOT, "contracts/dist");
export const RULES = 1;

/** Work of the engine benchmark, in sizes that an interpreter bears. */
const BENCH_SIZES: Readonly<Record<string, number>> = {
  empty: 0,
  sha256InWasm: 4_096,
  verifyInWasm: 1,
  sort: 1_000,
  orderedMap: 500,
  state: 100,
  hashByHost: 100,
};

/** A contract as the set-up builds it, instrumented. */
export interface SampleContract {
  readonly name: string;
  readonly abi: Interface;
  /** Hex. */
  readonly instrumented: string;
}

metering.initSync({ module: readFileSync(path.join(ROOT, "enclave-wasm/dist/metering/metering_bg.wasm")) });

/** Interface and prices as the metering package writes them. */
export function hostPrices(): string {
  const prices = metering.host_prices(RULES);
  if (prices === undefined) throw new Error("the metering package does not know its rules");
  return prices;
}

/** Every contract that is built. */
export function sampleContracts(): SampleContract[] {
  return readdirSync(FOLDER)
    .toSorted()
    .filter((name) => existsSync(path.join(FOLDER, name, "abi.json")) && existsSync(moduleFile(name)))
    .map((name) => {
      const abi = new Interface(readFileSync(path.join(FOLDER, name, "abi.json"), "utf8"));
      const instrumented = metering.instrument_module(readFileSync(moduleFile(name)), RULES);
      return { name, abi, instrumented: Buffer.from(instrumented).toString("hex") };
    });
}

function moduleFile(name: string): string {
  return path.join(FOLDER, name, `${name}.wasm`);
}

/** Runs of a contract on one state. */
export function jobOf(contract: SampleContract, runs: readonly CheckedRun[]): Job {
  return { instrumented: contract.instrumented, runs, keepsState: true, isBare: false };
}

/** The work of the benchmark, each piece with enough gas and with half of what it uses or less. */
export function benchRuns({ abi }: SampleContract): CheckedRun[] {
  return Object.entries(BENCH_SIZES).flatMap(([method, size]) => {
    const input = abi.encodeFunctionData(method, size === 0 ? [] : [size]).slice(2);
    return [100_000_000, 60_000, 20_000].map((gasLimit) => ({ entry: "call" as const, input, gasLimit }));
  });
}
