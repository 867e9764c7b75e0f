import type { Aim } from "./table.ts";

/** What a suite of measurements found. */
export interface SuiteResult {
  /** Tables as they are printed. */
  readonly tables: readonly { readonly title: string; readonly text: string }[];
  readonly aims: readonly Aim[];
  /** Where time or memory goes, for the aims that are missed. */
  readonly notes?: readonly string[];
  /** Every number behind the tables, for the JSON file. */
  readonly figures: Readonly<Record<string, unknown>>;
}

/** How a suite is run. */
export interface SuiteOptions {
  /** Says what is under way, on standard error. */
  readonly progress: (text: string) => void;
  /** The suite ends early, with what it has, once `performance.now()` is beyond this. */
  readonly deadline: number;
  /** Ends the suite and what it started. */
  readonly signal: AbortSignal;
}

export type Suite = (options: SuiteOptions) => Promise<SuiteResult>;
