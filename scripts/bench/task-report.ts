import { type Measured, summarise } from "./statistics.ts";
import type { SuiteResult } from "./suite.ts";
import { type Aim, atLeast, atMost, spread, table } from "./table.ts";
import type { TaskFigures } from "./task.ts";
import { type Rate, ratesOf } from "./task-rates.ts";
import { type FinishedTask, STEP_MEANINGS, STEPS, type Step } from "./task-steps.ts";

const MOST_MILLISECONDS = 30;
const LEAST_RATE = 200;

type StepTimes = readonly Record<Step, number>[];

/** Tables and aims of the suite `task`. */
export function taskReport(figures: TaskFigures): SuiteResult {
  const { alone, aloneSteps, together, togetherSteps, processor, users, many } = figures;
  const latency = {
    alone: latencyOf(alone),
    "gateway is the selected worker": latencyOf(alone.filter(({ local }) => local)),
    "gateway is another worker": latencyOf(alone.filter(({ local }) => !local)),
    [`${users} users at once`]: latencyOf(together),
  };
  const rates = ratesOf(together.map(({ end }) => end));
  const early = rates[0]?.rate;
  const late = rates.find(({ from }) => from >= many)?.rate;
  return {
    tables: [
      { title: "From call to verified answer, ms, median [least .. most]", text: latencyTable(latency) },
      { title: "Steps one at a time", text: stepTable(aloneSteps) },
      { title: `Steps with ${users} users at once`, text: stepTable(togetherSteps) },
      { title: `Tasks a second with ${users} users at once`, text: rateTable(rates) },
      ...(processor.size === 0
        ? []
        : [{ title: "Processor time with many users", text: processorTable(processor, together) }]),
    ],
    aims: [
      atMost("ms of a task, one at a time", latency.alone as Measured, MOST_MILLISECONDS, 1),
      rateAim(`tasks a second, ${users} users at once`, early, "no rate: too few tasks in time"),
      rateAim(`tasks a second after ${many}`, late, `${together.length} tasks in the time there was`),
    ],
    figures: {
      latency,
      rates,
      steps: { alone: summaries(aloneSteps), together: summaries(togetherSteps) },
      processorMilliseconds: Object.fromEntries(processor),
      tasks: together.length,
    },
  };
}

function rateAim(what: string, rate: Measured | undefined, missing: string): Aim {
  if (rate !== undefined) return atLeast(what, rate, LEAST_RATE, 0);
  return { what, wanted: `≥ ${LEAST_RATE}`, measured: missing, reached: false, margin: -1 };
}

function latencyOf(tasks: readonly FinishedTask[]): Measured | undefined {
  return tasks.length === 0 ? undefined : summarise(tasks.map(({ start, end }) => end - start));
}

function latencyTable(latency: Readonly<Record<string, Measured | undefined>>): string {
  const rows = Object.entries(latency).flatMap(([name, measured]) =>
    measured === undefined ? [] : [[name, String(measured.count), spread(measured, 1)]],
  );
  return table(["", "tasks", "ms"], rows);
}

function summaries(times: StepTimes): Record<string, Measured> {
  if (times.length === 0) return {};
  return Object.fromEntries(STEPS.map((step) => [step, summarise(times.map((of) => of[step]))]));
}

function stepTable(times: StepTimes): string {
  const sum = (step: Step) => times.reduce((total, of) => total + of[step], 0);
  const all = STEPS.reduce((total, step) => total + sum(step), 0);
  const rows = Object.entries(summaries(times)).map(([step, measured]) => [
    step,
    spread(measured, 1),
    `${((100 * sum(step as Step)) / all).toFixed(0)} %`,
    STEP_MEANINGS[step as Step],
  ]);
  return table(["", "ms", "share", "what"], rows);
}

function rateTable(rates: readonly Rate[]): string {
  return table(
    ["tasks", "a second"],
    rates.map(({ from, to, rate }) => [`${from} to ${to}`, spread(rate, 0)]),
  );
}

function processorTable(processor: ReadonlyMap<string, number>, tasks: readonly FinishedTask[]): string {
  const all = [...processor.values()].reduce((sum, used) => sum + used, 0);
  const rows = [...processor].map(([role, used]) => [
    role,
    (used / tasks.length).toFixed(2),
    `${((100 * used) / all).toFixed(0)} %`,
  ]);
  return table(["", "ms a task", "share"], [...rows, ["all", (all / tasks.length).toFixed(2), "100 %"]]);
}
