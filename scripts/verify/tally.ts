/** How many tests or checks of one suite passed and failed. */
export interface Tally {
  readonly suite: string;
  readonly passed: number;
  readonly failed: number;
  /** Checks that could not be run on this machine. */
  readonly skipped?: number;
}

/** A check that this machine cannot run. */
export function skippedTally(suite: string): Tally {
  return { suite, passed: 0, failed: 0, skipped: 1 };
}

/**
 * The tally of a suite of tests, made strict: a run that failed without a failed test, or that ran nothing, counts as one
 * failure, so that a suite that did not compile cannot look green.
 */
export function strictTally(suite: string, exitCode: number, passed: number, failed: number): Tally {
  const silentFailure = failed === 0 && (exitCode !== 0 || passed === 0);
  return { suite, passed, failed: silentFailure ? 1 : failed };
}

/** A check has one outcome. */
export function checkTally(suite: string, exitCode: number): Tally {
  return exitCode === 0 ? { suite, passed: 1, failed: 0 } : { suite, passed: 0, failed: 1 };
}

/** Prints a line for each suite and, last and alone on its line, the total. Returns the exit code of the whole. */
export function report(tallies: readonly Tally[]): number {
  const sum = (key: "passed" | "failed" | "skipped") => tallies.reduce((total, tally) => total + (tally[key] ?? 0), 0);
  const width = Math.max(...tallies.map(({ suite }) => suite.length));
  console.log("");
  for (const { suite, passed, failed, skipped } of tallies) {
    const outcome = skipped ? "skipped" : `${passed} passed${failed > 0 ? `, ${failed} FAILED` : ""}`;
    console.log(`  ${suite.padEnd(width)}  ${outcome}`);
  }
  const skipped = sum("skipped");
  console.log(`\n${sum("passed")} passed, ${sum("failed")} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
  return sum("failed") === 0 ? 0 : 1;
}
