// What a task costs on Ethereum: the real contracts on anvil, receipts signed by plain keys in the place of enclaves.

import { randomBytes } from "node:crypto";
import { createdTasks, type EnigmaAccount } from "../../host/ethereum/enigma-account.ts";
import { ENG } from "../../host/ethereum/token-contract.ts";
import { type Address, type Hash, ZERO_HASH } from "../../host/protocol/hex.ts";
import { stateAfterOf, TestNetwork, type TestWorker } from "../../test/ethereum/test-network.ts";
import { type Measured, summarise } from "./statistics.ts";
import type { Suite, SuiteOptions } from "./suite.ts";
import { atMost, spread, table } from "./table.ts";

const BATCH = 50;
const REPEATS = 5;
/** Tasks of one contract before the second look. */
const HISTORY = 1_000;
const GAS_PRICE = 1_000_000_000n;
const CALL = 2;
/** The original contracts, likewise: one task, and how much more for each earlier task of the same contract. */
const ORIGINAL = { task: 667_474, eachEarlierTask: 2_155 };

/** Gas for each task, by phase and step. */
interface Costs {
  readonly record: Measured;
  readonly receipt: Measured;
  readonly total: Measured;
}

/** `gas`: record and receipt, single and in batches, at the start and late in a contract's life. */
export const gasSuite: Suite = async (options) => {
  options.progress("starting the chain");
  const network = await TestNetwork.start({
    parameters: { epochBlocks: 10_000, taskTimeoutBlocks: 10_000 },
    chain: { signal: options.signal },
  });
  try {
    return report(await measure(await Contract.deploy(network), options));
  } finally {
    await network.close();
  }
};

/** A contract of a user, with a worker that settles its tasks. */
class Contract {
  readonly #network: TestNetwork;
  readonly #worker: TestWorker;
  readonly #address: Address;
  #tip: Hash;
  settled = 0;

  private constructor(network: TestNetwork, worker: TestWorker, address: Address, tip: Hash) {
    this.#network = network;
    this.#worker = worker;
    this.#address = address;
    this.#tip = tip;
  }

  static async deploy(network: TestNetwork): Promise<Contract> {
    const workers = [await network.addWorker(1), await network.addWorker(2)];
    await network.nextEpoch();
    const user = network.account(0);
    await user.deposit(1_000n * ENG);
    const order = await network.order(user, { nonce: drawnNonce(), gasPrice: GAS_PRICE });
    const [created] = createdTasks(await user.createRecord(order));
    if (created === undefined) throw new Error("no record was created");
    const { record } = created;
    const worker = await network.selected(workers, record.secretContract);
    const receipt = network.receipt(record, ZERO_HASH);
    await worker.account.commitReceipts([network.commitment(worker, record, receipt)]);
    return new Contract(network, worker, record.secretContract, stateAfterOf(receipt.taskId));
  }

  /** Another user, with a balance and no tasks yet. */
  async newUser(index: number): Promise<EnigmaAccount> {
    const user = this.#network.account(3 + index);
    await user.deposit(1_000n * ENG);
    return user;
  }

  /** Records and settles so many tasks of a user in one transaction each; gas for each task. */
  async run(user: EnigmaAccount, count: number): Promise<{ record: number; receipt: number }> {
    const makeOrder = () =>
      this.#network.order(user, {
        kind: CALL,
        secretContract: this.#address,
        nonce: drawnNonce(),
        gasPrice: GAS_PRICE,
      });
    const orders = await Promise.all(Array.from({ length: count }, makeOrder));
    const [single] = orders;
    const records = await (count === 1 && single ? user.createRecord(single) : user.createRecords(orders));
    const commitments = createdTasks(records).map(({ record }) => {
      const receipt = this.#network.receipt(record, this.#tip);
      this.#tip = stateAfterOf(receipt.taskId);
      return this.#network.commitment(this.#worker, record, receipt);
    });
    const receipts = await this.#worker.account.commitReceipts(commitments);
    const settled = receipts.events.filter(({ name }) => name === "TaskSettled").length;
    if (settled !== count) throw new Error(`${settled} of ${count} tasks were settled`);
    this.settled += count;
    return { record: Number(records.gasUsed) / count, receipt: Number(receipts.gasUsed) / count };
  }
}

/** A nonce as clients draw it. */
function drawnNonce(): bigint {
  return BigInt(`0x${randomBytes(32).toString("hex")}`);
}

async function measure(contract: Contract, { progress, deadline, signal }: SuiteOptions) {
  progress("first tasks");
  const user = await contract.newUser(0);
  const first = await contract.run(user, 1);
  const repeated = async (count: number): Promise<Costs> => {
    const runs: { record: number; receipt: number }[] = [];
    for (let repeat = 0; repeat < REPEATS; repeat++) {
      signal.throwIfAborted();
      runs.push(await contract.run(user, count));
    }
    return costs(runs);
  };
  const early = { single: await repeated(1), batch: await repeated(BATCH) };
  while (contract.settled < HISTORY && performance.now() < deadline) {
    signal.throwIfAborted();
    progress(`${contract.settled} of ${HISTORY} tasks`);
    await contract.run(user, BATCH);
  }
  const history = contract.settled;
  return { first: costs([first]), early, late: { single: await repeated(1), batch: await repeated(BATCH) }, history };
}

function costs(runs: readonly { record: number; receipt: number }[]): Costs {
  return {
    record: summarise(runs.map(({ record }) => record)),
    receipt: summarise(runs.map(({ receipt }) => receipt)),
    total: summarise(runs.map(({ record, receipt }) => record + receipt)),
  };
}

function report({ first, early, late, history }: Awaited<ReturnType<typeof measure>>) {
  const rows: [string, Costs][] = [
    ["a user's first task", first],
    ["single", early.single],
    [`in batches of ${BATCH}`, early.batch],
    [`single, after ${history} tasks`, late.single],
    [`in batches of ${BATCH}, after ${history} tasks`, late.batch],
  ];
  const cells = rows.map(([name, { record, receipt, total }]) => [
    name,
    spread(record, 0),
    spread(receipt, 0),
    spread(total, 0),
  ]);
  const growth = (late.single.total.median - early.single.total.median) / (history - REPEATS);
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
    figures: { first, early, late, history, growth, original: ORIGINAL },
  };
}
