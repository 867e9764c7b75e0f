/** Options of the commands that execute settled tasks once more. */
import type { OptionSpecs } from "./command.ts";
import { parseChoice } from "./option-values.ts";
import { NETWORK_OPTION } from "./task-options.ts";

export const REPLAY_OPTIONS = {
  compiler: {
    value: "NAME",
    summary:
      "liftoff or turbofan: which of V8's compilers alone runs the contracts (default: both in turn, as in workers)",
    parse: parseChoice("liftoff", "turbofan"),
  },
  ...NETWORK_OPTION,
} as const satisfies OptionSpecs;

/** What was chosen. */
export interface ReplayChoices {
  readonly compiler: "liftoff" | "turbofan" | undefined;
  readonly network: string | undefined;
}
