import type { HandOver } from "./epoch-turns.ts";
import type { HandOverFigures, SizedHandOvers } from "./hand-over.ts";
import { type Measured, summarise } from "./statistics.ts";
import type { SuiteResult } from "./suite.ts";
import { atMost, spread, table } from "./table.ts";

const MOST_MILLISECONDS = 200;
/** How much longer than that of a contract without a past a hand-over may take and still be called as long. */
const MOST_GROWTH = 1.5;

type Time = "ready" | "executed" | "first" | "plain";

/** Tables and aims of the suite `hand-over`. */
export function handOverReport(figures: HandOverFigures): SuiteResult {
  const { sizes, making, fromCheckpoint, fromOrigin } = figures;
  const executed = sizes.map(({ prepared }) => summaryOf(prepared, "executed"));
  const [youngest] = sizes as [SizedHandOvers];
  const oldest = sizes.at(-1) as SizedHandOvers;
  // Beside a task of the same network, since that gets slower, too, as its chain grows.
  const inTasks = sizes.map(({ prepared }) => summarise(prepared.map((each) => each.executed / each.plain)));
  const growth = (inTasks.at(-1) as Measured).median / (inTasks[0] as Measured).median;
  return {
    tables: [
      { title: "From the epoch's block, ms, median [least .. most]", text: turnTable(sizes) },
      { title: "What the new worker loaded, entries", text: loadTable(sizes) },
      { title: "Catching up with a log", text: catchUpTable(figures) },
    ],
    aims: [
      ...sizes.map(({ entries }, index) =>
        atMost(`ms of a hand-over with ${entries} log entries`, executed[index] as Measured, MOST_MILLISECONDS, 0),
      ),
      atMost(
        `in tasks, with ${oldest.entries} entries times with ${youngest.entries}`,
        summarise([growth]),
        MOST_GROWTH,
      ),
    ],
    notes: [`${oldest.entries} entries were made by tasks at ${making.toFixed(0)} a second.`],
    figures: {
      sizes: sizes.map(({ entries, prepared, sudden }) => ({
        ...{ entries, prepared: summaries(prepared), sudden: summaries(sudden) },
        loaded: summarise(prepared.map(loaded)),
      })),
      making,
      growth,
      fromCheckpoint: plainValues(fromCheckpoint),
      fromOrigin: plainValues(fromOrigin),
      enclave: figures.enclave,
    },
  };
}

function summaryOf(handOvers: readonly HandOver[], time: Time): Measured {
  return summarise(handOvers.map((each) => each[time]));
}

function summaries(handOvers: readonly HandOver[]): Record<Time, Measured> {
  const times: readonly Time[] = ["ready", "executed", "first", "plain"];
  return Object.fromEntries(times.map((time) => [time, summaryOf(handOvers, time)])) as Record<Time, Measured>;
}

function turnTable(sizes: readonly SizedHandOvers[]): string {
  const row = (name: string, handOvers: readonly HandOver[]) => {
    const { ready, executed, first, plain } = summaries(handOvers);
    const ratio = summarise(handOvers.map((each) => each.first / each.plain));
    return [name, spread(ready, 0), spread(executed, 0), spread(first, 0), spread(plain, 0), spread(ratio, 1)];
  };
  const rows = sizes.flatMap(({ entries, prepared, sudden }) => [
    row(`${entries} entries`, prepared),
    row(`${entries} entries, no time to prepare`, sudden),
  ]);
  const header = [
    "",
    "ready",
    "first task executed",
    "first task from its order",
    "next task likewise",
    "first / next",
  ];
  return table(header, rows);
}

function loaded({ ahead, after }: HandOver): number {
  return (ahead?.entries ?? 0) + after.entries;
}

function loadTable(sizes: readonly SizedHandOvers[]): string {
  const rows = sizes.map(({ entries, prepared }) => [
    `${entries} entries`,
    spread(summarise(prepared.map(({ ahead }) => ahead?.entries ?? 0)), 0),
    spread(summarise(prepared.map(({ ahead }) => ahead?.milliseconds ?? 0)), 0),
    spread(summarise(prepared.map(({ after }) => after.entries)), 0),
  ]);
  return table(["", "before the turn", "ms, with keys and module", "after it"], rows);
}

function catchUpTable({ sizes, fromCheckpoint, fromOrigin, enclave }: HandOverFigures): string {
  const joined = (name: string, { ahead, after }: HandOver) => {
    const entries = loaded({ ahead, after } as HandOver);
    const milliseconds = (ahead?.milliseconds ?? 0) + after.milliseconds;
    return [name, String(entries), milliseconds.toFixed(0), ((1000 * entries) / milliseconds).toFixed(0)];
  };
  const alone = (name: string, { entries, series }: HandOverFigures["enclave"]["fromOrigin"]) => [
    ...[name, String(entries), spread(summarise(series), 1)],
    spread(summarise(series.map((milliseconds) => (1000 * entries) / milliseconds)), 0),
  ];
  const oldest = sizes.at(-1)?.entries;
  return table(
    ["", "entries", "ms", "entries a second"],
    [
      joined("a new worker, all of a log", fromOrigin),
      joined(`a new worker, from the last checkpoint of ${oldest}`, fromCheckpoint),
      alone("the enclave alone, all of a log", enclave.fromOrigin),
      alone("the enclave alone, from its last checkpoint", enclave.fromCheckpoint),
    ],
  );
}

/** Without what JSON does not know. */
function plainValues({ ahead, after, ...times }: HandOver): Record<string, unknown> {
  const values = (news: HandOver["after"] | undefined) =>
    news && { entries: news.entries, contracts: news.contracts, milliseconds: news.milliseconds };
  return { ...times, ahead: values(ahead), after: values(after) };
}
