// Calls of the counter in `createEnclave`, with and without what a task has around it, beside a bare instance in V8.

import { readFile } from "node:fs/promises";
import path from "node:path";
import { Interface } from "ethers";
import { fromHex } from "../../host/protocol/hex.ts";
import type { UntypedTestContract } from "../../host/testing/contract/test-contract.ts";
import { createEnclave } from "../../host/testing/enclave/enclave-bed.ts";
import { ROOT } from "../verify/root.ts";
import { taskExecution } from "./signed-tasks.ts";
import { simulationReport } from "./simulation-report.ts";
import type { Suite, SuiteOptions } from "./suite.ts";
import { trustedCalls } from "./unmetered-engine.ts";

/** Rounds in which V8 compiles with its second tier. */
const WARM_UP = 3;
const ROUNDS = 15;

/** One way to call the counter. */
interface Way {
  readonly name: keyof SimulationFigures;
  /** Calls of a round. */
  readonly calls: number;
  /** Makes so many calls. */
  run(calls: number): Promise<void>;
}

/** Calls in a second, one figure for each round. */
export interface SimulationFigures {
  readonly enclave: number[];
  readonly executor: number[];
  readonly executeTasks: number[];
  readonly oneInstance: number[];
  readonly newInstance: number[];
}

/** `simulation`: calls in a second. */
export const simulationSuite: Suite = async (options) => {
  const enclave = await createEnclave({ log: false });
  const tasks = await taskExecution();
  try {
    const counter = (await enclave.deploy("counter", [0n])) as unknown as UntypedTestContract;
    return simulationReport(await measure([...simulated(counter), tasks, ...(await bare())], options));
  } finally {
    await tasks.close();
    await enclave.close();
  }
};

function simulated(counter: UntypedTestContract): Way[] {
  const increment = counter.getFunction("increment");
  return [
    {
      name: "enclave",
      calls: 3_000,
      async run(calls) {
        for (let count = 0; count < calls; count++) await increment(1n);
      },
    },
    {
      name: "executor",
      calls: 3_000,
      async run(calls) {
        const order = increment.order([1n]);
        for (let count = 0; count < calls; count++) {
          const { observed } = await increment.executor.execute(order);
          if (observed.status !== "committed") throw new Error("the counter failed");
        }
      },
    },
  ];
}

/** The module as it was compiled, without gas, limits and checks: what a call costs at the least. */
async function bare(): Promise<Way[]> {
  const folder = path.join(ROOT, "contracts/dist/counter");
  const module = new Uint8Array(await readFile(path.join(folder, "counter.wasm")));
  const abi = new Interface(await readFile(path.join(folder, "abi.json"), "utf8"));
  const input = fromHex(abi.encodeFunctionData("increment", [1n]));
  const way = (name: "oneInstance" | "newInstance", calls: number): Way => {
    const call = trustedCalls(module, name === "newInstance" ? "new" : "one");
    return {
      name,
      calls,
      async run(count) {
        for (let left = count; left > 0; left--) call(input);
      },
    };
  };
  return [way("oneInstance", 3_000), way("newInstance", 1_000)];
}

/** Ways take turns within one run, so that whatever else the machine does meets all of them. */
async function measure(ways: readonly Way[], options: SuiteOptions): Promise<SimulationFigures> {
  const { progress, deadline, signal } = options;
  const figures: SimulationFigures = { enclave: [], executor: [], executeTasks: [], oneInstance: [], newInstance: [] };
  for (let round = 0; round < WARM_UP + ROUNDS && (round <= WARM_UP || performance.now() < deadline); round++) {
    progress(round < WARM_UP ? "warming up" : `round ${round - WARM_UP + 1} of ${ROUNDS}`);
    for (const { name, calls, run } of ways) {
      signal.throwIfAborted();
      const start = performance.now();
      await run(calls);
      const seconds = (performance.now() - start) / 1000;
      if (round >= WARM_UP) figures[name].push(calls / seconds);
    }
  }
  return figures;
}
