// Makes a difference small and keeps it in a file.

import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { CheckedRun, Job } from "./checked-run.ts";
import { type Difference, differences } from "./difference.ts";
import type { CheckedEngine } from "./engines.ts";
import { FULL_SIZE, type NativeCheck } from "./native-check.ts";

/** The smallest job that was found on which an engine and wasmi still differ. */
export interface SmallCase {
  readonly title: string;
  /** The command that shows it again. */
  readonly repeat: string;
  readonly job: Job;
  readonly difference: Difference;
}

/** Makes the contract of a seed of fewer bytes, and keeps one run, as long as the engine differs. */
export async function smallerContract(
  seed: number,
  found: Difference,
  engine: CheckedEngine,
  native: NativeCheck,
): Promise<SmallCase> {
  let best: SmallCase | undefined;
  for (let size = FULL_SIZE; size >= 20; size = Math.floor(size * 0.8)) {
    const contract = await native.randomContract(seed, size);
    if ("refused" in contract) continue;
    const job = { instrumented: contract.instrumented, runs: contract.runs, keepsState: false, isBare: true };
    const [difference] = await differences([engine], job, contract.runs);
    if (difference === undefined) continue;
    const run = contract.runs[difference.run] as CheckedRun;
    best = { title: `seed-${seed}`, repeat: repeatOf(seed), job: { ...job, runs: [run] }, difference };
  }
  if (best === undefined) throw new Error(`seed ${seed}: ${found.engine} differed once and never again`);
  return best;
}

/** Leaves out the calls before the one that differs, as long as it still does. */
export async function shorterSequence(
  title: string,
  job: Job,
  found: Difference,
  engine: CheckedEngine,
  native: NativeCheck,
): Promise<SmallCase> {
  let runs: readonly CheckedRun[] = job.runs.slice(0, found.run + 1);
  let difference = found;
  for (let at = runs.length - 2; at >= 0; at--) {
    const fewer = runs.toSpliced(at, 1);
    const [still] = await differences(
      [engine],
      { ...job, runs: fewer },
      await inWasmi(native, { ...job, runs: fewer }),
    );
    if (still === undefined) continue;
    runs = fewer;
    difference = still;
  }
  return { title, repeat: "npm run fuzz", job: { ...job, runs }, difference };
}

/** What wasmi makes of a job on one state. */
export async function inWasmi(native: NativeCheck, job: Job) {
  await native.deploy(job.instrumented);
  const observed = [];
  for (const run of job.runs) observed.push(await native.run(run));
  return observed;
}

/** @returns where it was written */
export async function keep(folder: string, small: SmallCase): Promise<string> {
  await mkdir(folder, { recursive: true });
  const file = path.join(folder, `${small.title}.json`);
  await writeFile(file, `${JSON.stringify(small, undefined, 2)}\n`);
  return file;
}

/** The command that does a seed again. */
export function repeatOf(seed: number): string {
  return `npm run fuzz -- --from ${seed} --seeds 1`;
}
