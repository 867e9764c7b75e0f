import { summariseAll } from "./statistics.ts";
import type { SuiteResult } from "./suite.ts";
import { atMost, spread, table } from "./table.ts";
import type { ViewFigures } from "./view.ts";

const MOST_MILLISECONDS = 5;

const MEANINGS: Readonly<Record<keyof ViewFigures, string>> = {
  direct: "contract.view.f(), the gateway is the selected worker",
  passedOn: "the same through another worker",
  request: "of the first: the request enigma_view",
  worker: "of that: within the worker, whole milliseconds",
  ecall: "the enclave's ecall alone",
  permit: "the account's signature of the permit (ethers)",
  recovery: "the recovery of the answer's signer",
  bareWorker: "beside it: enigma_getInfo of the worker",
  bareEthereum: "beside it: eth_blockNumber of the Ethereum endpoint",
};

/** Tables and aims of the suite `view`. */
export function viewReport(figures: ViewFigures): SuiteResult {
  const names = Object.keys(MEANINGS) as (keyof ViewFigures)[];
  const all = summariseAll(figures, names);
  const bare = all.bareWorker.median;
  const rows = names.map((name) => [MEANINGS[name], spread(all[name]), (all[name].median / bare).toFixed(1)]);
  return {
    tables: [
      {
        title: "A view and its parts, ms, median [least .. most]",
        text: table(["", "ms", "times a bare call of the worker"], rows),
      },
    ],
    aims: [
      atMost("ms of a view, from call to answer", all.direct, MOST_MILLISECONDS),
      atMost("ms of a view through another worker", all.passedOn, MOST_MILLISECONDS),
    ],
    figures: all,
  };
}
