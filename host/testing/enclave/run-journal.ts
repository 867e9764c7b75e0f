/** What a bed has run, so that another process comes to the same states: the runs that a call stands on, and its own. */
import type { Deployment, RawCall } from "./debug-package.ts";
import type { Moment, Ran, Simulation } from "./simulation.ts";
import type { RecordedFrame, RecordedRun } from "./tracer.ts";

/** A deployment or a call with its block. */
export type Run = { readonly moment: Omit<Moment, "position"> } & (
  | { readonly kind: "deployment"; readonly order: Deployment }
  | { readonly kind: "call"; readonly order: RawCall }
);

/** The newest run and all before it. A bed that goes back takes an older one and goes on from there. */
export interface JournalEntry {
  readonly before: JournalEntry | undefined;
  readonly run: Run;
}

/** Where a simulation begins. */
export interface SimulationOrigin {
  /** 32 bytes. */
  readonly seed: Uint8Array;
  readonly chainId: bigint;
  /** 20 bytes. */
  readonly enigma: Uint8Array;
}

/** All that it takes to come to a run again. */
export interface Journal {
  readonly origin: SimulationOrigin;
  readonly modules: readonly Uint8Array[];
  /** The oldest first; the last one is the one to compare. */
  readonly runs: readonly Run[];
}

/** What a run came to, to be compared. */
export interface Evidence {
  /** Gas, output, effects and lengths of the deltas, as the simulation gave them. */
  readonly report: Uint8Array;
  /** Everything that it asked of the host, in order, a line each: what it wrote is among it. */
  readonly asked: readonly string[];
}

/** The runs up to an entry, the oldest first. */
export function runsUpTo(entry: JournalEntry): Run[] {
  const runs: Run[] = [];
  for (let at: JournalEntry | undefined = entry; at !== undefined; at = at.before) runs.push(at.run);
  return runs.reverse();
}

/** Runs once. */
export function runIn(simulation: Simulation, { moment, ...run }: Run): Ran {
  simulation.setBlock(moment.epoch, moment.number, moment.timestamp);
  return run.kind === "call" ? simulation.call(...run.order) : simulation.deploy(...run.order);
}

/** Runs again what ran at a position. @throws EnigmaError `trace-unavailable` */
export function traceIn(simulation: Simulation, run: Run, position: bigint): RecordedRun {
  const moment = { ...run.moment, position };
  return run.kind === "call"
    ? simulation.traceCall([...run.order], moment)
    : simulation.traceDeployment([...run.order], moment);
}

export function evidenceOf({ report }: Ran, { root, gasUsed, omitted }: RecordedRun): Evidence {
  const frames = root === undefined ? [] : lines(root);
  return { report, asked: [...frames, `${gasUsed} gas, ${omitted} steps not kept`] };
}

function lines(frame: RecordedFrame): string[] {
  const { kind, name, index, entry, gas, returned, args, result, input } = frame;
  const what = kind === "function" ? `function ${index}` : kind === "host" ? name : `contract ${entry}`;
  const passed = [...args, ...(input === undefined ? [] : [input])].map(text).join(", ");
  const ended = `${text(result)} with ${gas} gas${returned ? "" : ", not returning"}`;
  return [`${what}(${passed}): ${ended}`, ...frame.children.flatMap(lines)];
}

function text(value: unknown): string {
  return value instanceof Uint8Array ? Buffer.from(value).toString("hex") : String(value);
}
