// What `npm run fuzz` does with its seeds.

import type { Job } from "./checked-run.ts";
import { type Difference, differences } from "./difference.ts";
import type { CheckedEngine } from "./engines.ts";
import type { NativeCheck } from "./native-check.ts";
import { randomCalls } from "./random-calls.ts";
import { benchRuns, jobOf, type SampleContract } from "./sample-contracts.ts";
import { inWasmi, type SmallCase, shorterSequence, smallerContract } from "./smaller-case.ts";

/** The engines of a campaign: wasmi, and those that are compared with it. */
export interface Contestants {
  readonly native: NativeCheck;
  readonly engines: readonly CheckedEngine[];
}

/** What was compared. */
export interface Tally {
  /** Modules and sequences that ran. */
  cases: number;
  /** Modules that break a rule of contracts, by the rule. */
  readonly refused: Record<string, number>;
  /** Runs of each case on each engine. */
  runs: number;
  /** Runs by how they ended. */
  readonly endings: Record<string, number>;
}

/** Nothing compared yet. */
export function emptyTally(): Tally {
  return { cases: 0, refused: {}, runs: 0, endings: {} };
}

/** Compares all runs of the contract of a seed. */
export async function checkSeed(seed: number, { native, engines }: Contestants, tally: Tally): Promise<SmallCase[]> {
  const contract = await native.randomContract(seed);
  if ("refused" in contract) {
    tally.refused[contract.refused] = (tally.refused[contract.refused] ?? 0) + 1;
    return [];
  }
  const job: Job = { instrumented: contract.instrumented, runs: contract.runs, keepsState: false, isBare: true };
  const found = await differences(engines, job, contract.runs);
  count(tally, contract.runs);
  return Promise.all(found.map((one) => smallerContract(seed, one, engineOf(one, engines), native)));
}

/** Compares a random sequence of calls of a contract. */
export function checkCalls(contract: SampleContract, seed: number, contestants: Contestants, tally: Tally) {
  const job = jobOf(contract, randomCalls(contract.abi, seed, 20));
  return checkSequence(`${contract.name}-${seed}`, job, contestants, tally);
}

/** Compares the work of the benchmark. */
export function checkBench(bench: SampleContract, contestants: Contestants, tally: Tally) {
  return checkSequence("bench", jobOf(bench, benchRuns(bench)), contestants, tally);
}

async function checkSequence(title: string, job: Job, { native, engines }: Contestants, tally: Tally) {
  const expected = await inWasmi(native, job);
  const found = await differences(engines, job, expected);
  count(tally, expected);
  const small: SmallCase[] = [];
  for (const one of found) small.push(await shorterSequence(title, job, one, engineOf(one, engines), native));
  return small;
}

function engineOf(difference: Difference, engines: readonly CheckedEngine[]): CheckedEngine {
  return engines.find(({ name }) => name === difference.engine) as CheckedEngine;
}

function count(tally: Tally, runs: readonly { readonly outcome: { readonly kind: string } }[]): void {
  tally.cases++;
  tally.runs += runs.length;
  for (const { outcome } of runs) tally.endings[outcome.kind] = (tally.endings[outcome.kind] ?? 0) + 1;
}
