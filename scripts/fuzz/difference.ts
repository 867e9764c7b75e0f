// Where an engine and wasmi part.

import { isDeepStrictEqual } from "node:util";
import type { Job, ObservedRun } from "./checked-run.ts";
import type { CheckedEngine } from "./engines.ts";

/** One run of which an engine and wasmi have a different opinion. */
export interface Difference {
  readonly engine: string;
  /** Which run of the job. */
  readonly run: number;
  readonly wasmi: ObservedRun;
  readonly found: ObservedRun;
}

/** The first difference of each engine from what wasmi made of a job. */
export async function differences(
  engines: readonly CheckedEngine[],
  job: Job,
  expected: readonly ObservedRun[],
): Promise<Difference[]> {
  const wanted = expected.map(comparable);
  const answers = await Promise.all(engines.map((engine) => engine.run(job)));
  return answers.flatMap((observed, index) => {
    const found = observed.map(comparable);
    const at = wanted.findIndex((run, place) => !isDeepStrictEqual(run, found[place]));
    const engine = (engines[index] as CheckedEngine).name;
    if (at === -1) return [];
    return [{ engine, run: at, wasmi: wanted[at] as ObservedRun, found: found[at] as ObservedRun }];
  });
}

/** What is compared of a run. A fault of the node is none of these: nobody may have one. */
function comparable({ entry, input, gasLimit, outcome, storage, logs, effects, calls }: ObservedRun): ObservedRun {
  if (outcome.kind === "node-fault") throw new Error(`the node failed: ${JSON.stringify({ entry, input, outcome })}`);
  return { entry, input, gasLimit, outcome, storage, logs, effects, calls };
}
