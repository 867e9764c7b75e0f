import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { strictTally, type Tally } from "./tally.ts";
import { tool } from "./tool.ts";

/** The part of vitest's JSON report that is counted. */
interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly unknown[] }[];
}

/** Runs the TypeScript tests and counts them; a file that cannot be loaded counts as one failure. */
export async function runVitest(filters: readonly string[]): Promise<Tally> {
  console.log("\n== vitest");
  const folder = await mkdtemp(path.join(tmpdir(), "enigma-vitest-"));
  const file = path.join(folder, "report.json");
  try {
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
    const { code } = await tool("vitest/vitest.mjs", [
      "run",
      "--config",
      "test/vitest.config.ts",
      ...reporters,
      ...filters,
    ]);
    const { passed, failed } = count(await readFile(file, "utf8"));
    return strictTally("vitest", code, passed, failed);
  } catch (error) {
    // Without a report vitest did not get as far as running; what it printed says why.
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    return strictTally("vitest", 1, 0, 0);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function count(json: string): { passed: number; failed: number } {
  const report = JSON.parse(json) as VitestReport;
  const unloadable = report.testResults.filter(
    (file) => file.status === "failed" && file.assertionResults.length === 0,
  );
  return { passed: report.numPassedTests, failed: report.numFailedTests + unloadable.length };
}
