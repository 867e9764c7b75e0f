/** What was found of one prerequisite. */
export interface Finding {
  readonly what: string;
  /** Version or state. */
  readonly found: string;
  /** `missing` fails the examination; `lacking` is told, and only some commands need it. */
  readonly state: "fine" | "lacking" | "missing";
  /** The command, or the words, that mend it. */
  readonly mend?: string;
}
