// What a task costs on Ethereum: the real contracts on anvil, receipts signed by plain keys in the place of enclaves.

import type { EnigmaAccount } from "../../host/ethereum/enigma-account.ts";
import { epochsWith, taskOfTwoContracts, taskWithCall } from "../../test/ethereum/gas-scenarios.ts";
import { deployTargets } from "../../test/ethereum/target-contracts.ts";
import { TestNetwork } from "../../test/ethereum/test-network.ts";
import { GasContract, type TaskGas } from "./gas-contract.ts";
import { gasReport } from "./gas-report.ts";
import { type Measured, summarise } from "./statistics.ts";
import type { Suite, SuiteOptions } from "./suite.ts";

const BATCH = 50;
const REPEATS = 5;
/** Tasks of one contract before the second look. */
const HISTORY = 1_000;
/** Workers of the epochs that are looked at. */
const CROWDS = [2, 9, 100];

/** Gas for each task, by phase and step. */
export interface Costs {
  readonly record: Measured;
  readonly receipt: Measured;
  readonly total: Measured;
}

/** Single tasks and batches. */
interface Rates {
  readonly single: Costs;
  readonly batch: Costs;
}

/** What was measured. */
export interface GasFigures {
  readonly first: Costs;
  readonly early: Rates;
  readonly late: Rates;
  /** Tasks of the contract before the late ones. */
  readonly history: number;
  readonly perBatch: number;
  readonly withCall: Costs;
  readonly twoContracts: Costs;
  /** Gas of the transaction that sets an epoch, by its workers. */
  readonly epochs: readonly { readonly workers: number; readonly gas: number }[];
}

/**
 * `gas`: record and receipt, single and in batches, at the start and late in a contract's life; with a call, and of two
 * contracts; epochs.
 */
export const gasSuite: Suite = async (options) => {
  options.progress("starting the chain");
  const network = await TestNetwork.start({
    parameters: { epochBlocks: 10_000, taskTimeoutBlocks: 10_000 },
    chain: { signal: options.signal },
  });
  try {
    const contract = await GasContract.deploy(network);
    const user = await contract.newUser(0);
    const rates = await measureRates(contract, user, options);
    options.progress("calls and several contracts");
    const other = await measureScenarios(contract, user, options);
    return gasReport({ ...rates, ...other, epochs: await measureEpochs(options), perBatch: BATCH });
  } finally {
    await network.close();
  }
};

async function measureRates(
  contract: GasContract,
  user: EnigmaAccount,
  { progress, deadline, signal }: SuiteOptions,
): Promise<Pick<GasFigures, "first" | "early" | "late" | "history">> {
  progress("first tasks");
  const first = await contract.run(user, 1);
  const rates = async (): Promise<Rates> => ({
    single: await repeated(() => contract.run(user, 1), signal),
    batch: await repeated(() => contract.run(user, BATCH), signal),
  });
  const early = await rates();
  while (contract.settled < HISTORY && performance.now() < deadline) {
    signal.throwIfAborted();
    progress(`${contract.settled} of ${HISTORY} tasks`);
    await contract.run(user, BATCH);
  }
  const history = contract.settled;
  return { first: costs([first]), early, late: await rates(), history };
}

async function measureScenarios(
  contract: GasContract,
  user: EnigmaAccount,
  { signal }: SuiteOptions,
): Promise<Pick<GasFigures, "withCall" | "twoContracts">> {
  const target = (await deployTargets(user.sender, ["Recorder"])).Recorder.address;
  const call = () => contract.settle(user, (served) => taskWithCall(served, target));
  // Only the first call finds the target's slots empty: that is the target's cost.
  await call();
  return {
    withCall: await repeated(call, signal),
    twoContracts: await repeated(() => contract.settle(user, taskOfTwoContracts), signal),
  };
}

async function measureEpochs({ progress, signal }: SuiteOptions): Promise<GasFigures["epochs"]> {
  const found: { workers: number; gas: number }[] = [];
  progress("epochs");
  for await (const { workers, transaction } of epochsWith(CROWDS, signal)) {
    signal.throwIfAborted();
    found.push({ workers, gas: Number(transaction.gasUsed) });
  }
  return found;
}

async function repeated(run: () => Promise<TaskGas>, signal: AbortSignal): Promise<Costs> {
  const runs: TaskGas[] = [];
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    signal.throwIfAborted();
    runs.push(await run());
  }
  return costs(runs);
}

function costs(runs: readonly TaskGas[]): Costs {
  return {
    record: summarise(runs.map(({ record }) => record)),
    receipt: summarise(runs.map(({ receipt }) => receipt)),
    total: summarise(runs.map(({ record, receipt }) => record + receipt)),
  };
}
