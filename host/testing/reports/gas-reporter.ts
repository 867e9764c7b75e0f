/**
 * A reporter for vitest that prints what the functions of contracts cost over a whole run:
 *
 * ```ts
 * export default defineConfig({ test: { reporters: ["default", "enigma-simulator/testing/gas-reporter"] } });
 * ```
 *
 * With options, `["enigma-simulator/testing/gas-reporter", { json: "gas.json" }]`, it writes the report to a file, too;
 * `ENIGMA_GAS_REPORT_JSON` names that file from outside.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { decodeGasRecord, GAS_FOLDER, type GasRecord } from "./gas-record.ts";
import { gasJson, gasReport, gasTable } from "./gas-report.ts";

export interface GasReporterOptions {
  /** A file for the report as JSON. */
  readonly json?: string;
  /** Where the table goes; standard output by default. */
  readonly print?: (table: string) => void;
}

export default class GasReporter {
  readonly #options: GasReporterOptions;
  #folder: string | undefined;

  constructor(options: GasReporterOptions = {}) {
    this.#options = options;
  }

  /** vitest calls this before it starts the processes of test files, which inherit the environment. */
  onInit(): void {
    this.#folder = mkdtempSync(path.join(tmpdir(), "enigma-gas-"));
    process.env[GAS_FOLDER] = this.#folder;
    process.once("exit", () => this.close());
  }

  /** vitest calls this when a run is over; watching, there are several. */
  onTestRunEnd(): void {
    if (this.#folder === undefined) return;
    const report = gasReport(takeRecords(this.#folder));
    const { json = process.env.ENIGMA_GAS_REPORT_JSON, print = (table) => console.log(`\n${table}\n`) } = this.#options;
    print(gasTable(report));
    if (json !== undefined) writeFileSync(json, `${gasJson(report)}\n`);
  }

  /** Removes what was collected. */
  close(): void {
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true });
    this.#folder = undefined;
  }
}

function takeRecords(folder: string): GasRecord[] {
  return readdirSync(folder).flatMap((name) => {
    const file = path.join(folder, name);
    const lines = readFileSync(file, "utf8").split("\n");
    rmSync(file);
    // The last line is empty, or, of a process that was killed, half a record.
    return lines.slice(0, -1).map(decodeGasRecord);
  });
}
