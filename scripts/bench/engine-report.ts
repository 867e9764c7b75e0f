import { type Engine, WORKS, type Work } from "./engine-work.ts";
import { geometricMean, type Measured, summarise } from "./statistics.ts";
import type { SuiteResult } from "./suite.ts";
import { atLeast, atMost, spread, table } from "./table.ts";

/** Milliseconds of each round, by engine and work. */
export type Series = ReadonlyMap<string, ReadonlyMap<string, number[]>>;

const MOST_OVERHEAD = 1.15;
const LEAST_OVER_WASMI = 8;
const MOST_HOST_CALLS = 1.6;

const COMPUTATIONS = WORKS.filter(({ computation }) => computation);
const STATE = WORKS.find(({ method }) => method === "state") as Work;

/** Tables and aims of the suite `engine`; the first engine is what the others are compared with. */
export function engineReport(engines: readonly Engine[], series: Series): SuiteResult {
  const names = engines.map(({ name }) => name);
  const [plain] = names as [string];
  const rounds = new Rounds(series);
  const rows = WORKS.flatMap((work) => workRows(work, names, plain, rounds));
  const overall = names.map((name) => ["", name, "", spread(rounds.overall(name, plain))]);
  const calls = (engine: string) => summarise(rounds.ratio(engine, plain, STATE));
  return {
    tables: [
      {
        title: "A run in a fresh instance, median [least .. most]",
        text: table(["", "", "", `times ${plain}`], [...rows, ["geometric mean of the computations"], ...overall]),
      },
    ],
    aims: [
      atMost("computations, times unmetered V8", rounds.overall("ours", plain), MOST_OVERHEAD),
      atLeast("computations, times faster than wasmi", rounds.overall("wasmi, native", "ours"), LEAST_OVER_WASMI),
      atMost("host calls, times a plain module's", calls("ours"), MOST_HOST_CALLS),
      atMost("host calls in the enclave, likewise", calls("ours, in the enclave"), MOST_HOST_CALLS),
    ],
    notes: [memoryNote(plain, rounds)],
    figures: {
      milliseconds: Object.fromEntries(names.map((name) => [name, rounds.summaries(name)])),
      timesUnmetered: Object.fromEntries(names.map((name) => [name, rounds.overall(name, plain)])),
    },
  };
}

function workRows(work: Work, names: readonly string[], plain: string, rounds: Rounds): string[][] {
  const { unit } = work;
  const factor = unit === "µs" ? 1e3 : 1;
  const rows = names.map((name) => {
    const time = summarise(rounds.of(name, work).map((milliseconds) => milliseconds * factor));
    return ["", name, `${spread(time)} ${unit}`, spread(summarise(rounds.ratio(name, plain, work)))];
  });
  return [[work.title], ...rows];
}

/** What the machine's page faults do to the comparison with an interpreter, whose memory comes from an allocator. */
function memoryNote(plain: string, rounds: Rounds): string {
  const cost = rounds.overall(plain, "V8, one instance").median;
  const without = rounds.overall("wasmi, native", "V8, one instance").median;
  return (
    `Fresh memory for every run makes the computations ${cost.toFixed(2)} times as long, with or without metering; ` +
    `V8 in memory that it has already is ${without.toFixed(1)} times as fast as wasmi.`
  );
}

/** The series, compared round by round: what disturbs a round disturbs all engines in it. */
class Rounds {
  readonly #series: Series;

  constructor(series: Series) {
    this.#series = series;
  }

  of(engine: string, work: Work): readonly number[] {
    return this.#series.get(engine)?.get(work.title) as number[];
  }

  ratio(engine: string, to: string, work: Work): number[] {
    const others = this.of(to, work);
    return this.of(engine, work).map((value, round) => value / (others[round] as number));
  }

  /** The geometric mean over the computations, of each round. */
  overall(engine: string, to: string): Measured {
    const ratios = COMPUTATIONS.map((work) => this.ratio(engine, to, work));
    const [first] = ratios as [number[]];
    return summarise(first.map((_, round) => geometricMean(ratios.map((of) => of[round] as number))));
  }

  summaries(engine: string): Record<string, Measured> {
    return Object.fromEntries(WORKS.map((work) => [work.title, summarise(this.of(engine, work))]));
  }
}
