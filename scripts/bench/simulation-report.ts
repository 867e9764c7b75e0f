import type { SimulationFigures } from "./simulation.ts";
import { summariseAll } from "./statistics.ts";
import type { SuiteResult } from "./suite.ts";
import { atLeast, spread, table } from "./table.ts";

const LEAST_CALLS = 30_000;

const MEANINGS: Readonly<Record<keyof SimulationFigures, string>> = {
  enclave: "counter.increment(1n) in createEnclave, arguments and results coded",
  executor: "of that: the enclave alone, plain calldata in, report out",
  executeTasks: "with encryption and signing: a worker's executeTasks, 32 tasks an ecall",
  oneInstance: "beside it: the module in one instance of V8, unmetered, nothing put back",
  newInstance: "beside it: the same, an instance a call",
};

/** Tables and aims of the suite `simulation`. */
export function simulationReport(figures: SimulationFigures): SuiteResult {
  const names = Object.keys(MEANINGS) as (keyof SimulationFigures)[];
  const all = summariseAll(figures, names);
  const rows = names.map((name) => [
    MEANINGS[name],
    spread(all[name], 0),
    (1_000_000 / all[name].median).toFixed(1),
    (all[name].median / all.newInstance.median).toFixed(2),
  ]);
  return {
    tables: [
      {
        title: "Calls of the counter in a second, median [least .. most]",
        text: table(["", "calls/s", "µs a call", "times an instance a call"], rows),
      },
    ],
    aims: [atLeast("calls/s of the counter in createEnclave", all.enclave, LEAST_CALLS, 0)],
    figures: all,
  };
}
