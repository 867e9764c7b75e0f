import type { Costs, GasFigures } from "./gas.ts";
import { summarise } from "./statistics.ts";
import type { SuiteResult } from "./suite.ts";
import { atMost, spread, table } from "./table.ts";

/** The original contracts, likewise: one task, and how much more for each earlier task of the same contract. */
const ORIGINAL = { task: 667_474, eachEarlierTask: 2_155 };

/** Tables and aims of the suite `gas`. */
export function gasReport(found: GasFigures): SuiteResult {
  const { first, early, late, history, perBatch, withCall, twoContracts, epochs } = found;
  const rows: [string, Costs][] = [
    ["a user's first task", first],
    ["single", early.single],
    [`in batches of ${perBatch}`, early.batch],
    [`single, after ${history} tasks`, late.single],
    [`in batches of ${perBatch}, after ${history} tasks`, late.batch],
    ["single, whose receipt brings one call", withCall],
    ["single, of two contracts", twoContracts],
  ];
  const cells = rows.map(([name, { record, receipt, total }]) => [
    name,
    spread(record, 0),
    spread(receipt, 0),
    spread(total, 0),
  ]);
  const growth = (late.single.total.median - early.single.total.median) / (history - early.single.total.count);
  const original = ORIGINAL.task + ORIGINAL.eachEarlierTask * history;
  return {
    tables: [
      { title: "Gas for a task, median [least .. most]", text: table(["", "record", "receipt", "together"], cells) },
      {
        title: "Beside the original's contracts",
        text: table(
          ["single task", "here", "original"],
          [
            ["at the start", early.single.total.median.toFixed(0), String(ORIGINAL.task)],
            [`after ${history} tasks`, late.single.total.median.toFixed(0), String(original)],
            ["growth for each earlier task", growth.toFixed(2), String(ORIGINAL.eachEarlierTask)],
          ],
        ),
      },
      {
        title: "Gas of what comes on top",
        text: table(
          ["", "gas", "times"],
          [
            beside(
              "a call of a receipt, the target's work included",
              withCall.receipt.median,
              late.single.receipt.median,
            ),
            beside("a second contract of a task", twoContracts.total.median, late.single.total.median),
          ],
        ),
      },
      { title: "Gas of setting an epoch", text: table(["workers", "gas", "for each worker"], epochs.map(epochRow)) },
    ],
    aims: [
      atMost("gas of a user's first task", first.total, 135_000, 0),
      atMost("gas of a single task", early.single.total, 135_000, 0),
      atMost(`gas of a single task after ${history}`, late.single.total, 135_000, 0),
      atMost("gas of a receipt, one of 50", late.batch.receipt, 30_000, 0),
      atMost("gas of record and receipt, one of 50", late.batch.total, 62_000, 0),
      // What calldata bytes that happen to be zero save is more than this.
      { ...atMost("growth of gas for each earlier task", summarise([growth]), 0.5, 2), wanted: "0" },
    ],
    figures: { ...found, growth, original: ORIGINAL },
  };
}

/** What something costs more than without it, and the whole as a multiple of that. */
function beside(what: string, whole: number, without: number): string[] {
  return [what, (whole - without).toFixed(0), (whole / without).toFixed(2)];
}

function epochRow({ workers, gas }: GasFigures["epochs"][number]): string[] {
  return [String(workers), String(gas), (gas / workers).toFixed(0)];
}
