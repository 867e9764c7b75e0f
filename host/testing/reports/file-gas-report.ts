/** With `ENIGMA_GAS_REPORT=1` and no reporter that collects, each test file prints what its own calls cost. */
import { afterAll } from "vitest";
import { GAS_FOLDER, keptRecords, recordsGas } from "./gas-record.ts";
import { gasReport, gasTable } from "./gas-report.ts";

if (recordsGas() && process.env[GAS_FOLDER] === undefined) {
  afterAll(() => console.log(`\n${gasTable(gasReport(keptRecords()))}\n`));
}
