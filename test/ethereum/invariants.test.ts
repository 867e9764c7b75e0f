/**
 * Random sequences of everything that accounts can do, checked after each step against a model and these invariants:
 * - the tokens that the contract holds are exactly the balances, stakes and escrows of open tasks;
 * - a task is settled or refunded at most once, and pays out exactly its escrow.
 */
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { EnigmaTransaction } from "../../host/ethereum/enigma-account.ts";
import { EnigmaError } from "../../host/protocol/errors/enigma-error.ts";
import { type Hash, ZERO_HASH } from "../../host/protocol/hex.ts";
import { taskId } from "../../host/protocol/task-id.ts";
import type { TaskRecord } from "../../host/protocol/task-record.ts";
import { PARAMETERS, TestNetwork, type TestWorker } from "./test-network.ts";

const SEED = 20_261_122;
const USERS = [5, 6];
const WORKERS = [1, 2, 3];

let network: TestNetwork;
let workers: TestWorker[];
beforeEach(async () => {
  network = await TestNetwork.start();
  workers = [];
  for (const index of WORKERS) workers.push(await network.addWorker(index, BigInt(index) * 10n ** 18n));
  await network.nextEpoch();
});
afterEach(() => network.close());

type Action =
  | { readonly do: "deposit" | "withdraw" | "stake" | "unstake"; readonly who: number; readonly amount: bigint }
  | { readonly do: "logIn" | "logOut" | "register" | "unregister"; readonly who: number }
  | { readonly do: "record"; readonly who: number; readonly gasLimit: bigint; readonly gasPrice: bigint }
  | {
      readonly do: "commit";
      readonly tasks: readonly number[];
      readonly who: number;
      readonly gasUsed: bigint;
      readonly status: 1 | 2;
    }
  | { readonly do: "refund"; readonly task: number }
  | { readonly do: "mine"; readonly blocks: number }
  | { readonly do: "epoch" };

const who = fc.nat({ max: 4 });
const amount = fc.bigInt({ min: 0n, max: 3n * 10n ** 18n });
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom("deposit", "withdraw", "stake", "unstake"), who, amount }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom("logIn", "logOut", "register", "unregister"), who }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("record"),
      who,
      gasLimit: fc.bigInt({ min: 0n, max: 1_000n }),
      gasPrice: fc.bigInt({ min: 0n, max: 10n ** 15n }),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("commit"),
      tasks: fc.array(fc.nat({ max: 30 }), { minLength: 1, maxLength: 4 }),
      who: fc.nat({ max: 2 }),
      gasUsed: fc.bigInt({ min: 0n, max: 1_200n }),
      status: fc.constantFrom(1, 2),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("refund"), task: fc.nat({ max: 30 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("mine"), blocks: fc.nat({ max: PARAMETERS.taskTimeoutBlocks }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("epoch") }) },
) as fc.Arbitrary<Action>;

interface OpenTask {
  readonly record: TaskRecord;
  readonly escrow: bigint;
  ended: boolean;
}

test("balances, stakes and escrows are the tokens held, and a task ends once", { timeout: 60_000 }, async () => {
  const tasks: OpenTask[] = [];
  const done: Record<string, number> = {};
  const property = fc.asyncProperty(fc.array(action, { minLength: 25, maxLength: 25 }), async (actions) => {
    for (const step of actions) {
      const transaction = await perform(step, tasks).catch(refusal);
      if (transaction === undefined) continue;
      for (const { name } of transaction.events) done[name] = (done[name] ?? 0) + 1;
      follow(transaction, tasks);
      await checkTokens(tasks);
    }
  });
  await fc.assert(property, { seed: SEED, numRuns: 12, endOnFailure: true });
  // The sequences must have reached what they are about.
  for (const name of ["RecordCreated", "TaskSettled", "ReceiptRefused", "TaskRefunded", "StakeWithdrawn", "EpochSet"]) {
    expect(done[name] ?? 0, name).toBeGreaterThan(0);
  }
});

/** Most random actions are refused, and only as errors of the contract. */
function refusal(error: unknown): undefined {
  if (error instanceof EnigmaError && !error.code.startsWith("chain-")) return undefined;
  throw error;
}

async function perform(step: Action, tasks: readonly OpenTask[]): Promise<EnigmaTransaction | undefined> {
  const account = network.account([...WORKERS, ...USERS]["who" in step ? step.who : 0] as number);
  switch (step.do) {
    case "deposit":
      return account.deposit(step.amount);
    case "withdraw":
      return account.withdrawBalance(step.amount);
    case "stake":
      return account.depositStake(step.amount);
    case "unstake":
      return account.withdrawStake(step.amount);
    case "logIn":
    case "logOut":
    case "unregister":
      return account[step.do]();
    case "register":
      return network.register({ ...network.workerKeys(WORKERS[step.who] ?? 19), account });
    case "record":
      return account.createRecord(await network.order(account, { gasLimit: step.gasLimit, gasPrice: step.gasPrice }));
    case "commit":
      return commit(step, tasks);
    case "refund": {
      const task = tasks[step.task % Math.max(tasks.length, 1)];
      return task && account.refund(task.record);
    }
    case "mine":
      await network.mine(step.blocks);
      return undefined;
    case "epoch":
      return network.nextEpoch();
  }
}

async function commit(
  step: Action & { do: "commit" },
  tasks: readonly OpenTask[],
): Promise<EnigmaTransaction | undefined> {
  if (tasks.length === 0) return undefined;
  const { number } = await network.contract.currentEpoch();
  const chosen = step.tasks.map((index) => (tasks.at(-1 - (index % tasks.length)) as OpenTask).record);
  // Half of the batches come from the worker that is selected for their first task.
  const selected = await network.contract.selectedWorker(number, (chosen[0] as TaskRecord).secretContract);
  const right = workers.find(({ account }) => account.address === selected);
  const worker = (step.who === 0 ? workers[0] : right) ?? (workers[1] as TestWorker);
  const commitments = chosen.map((record) => {
    const moves = { status: step.status, gasUsed: step.gasUsed, epoch: number };
    const committed = network.receipt(record, ZERO_HASH, moves);
    const failed = { ...committed, moves: committed.moves.map((move) => ({ ...move, stateAfter: move.stateBefore })) };
    return network.commitment(worker, record, step.status === 1 ? committed : failed);
  });
  return worker.account.commitReceipts(commitments);
}

/** Keeps the model: new tasks, and tasks that have ended, which none may do twice. */
function follow({ events }: EnigmaTransaction, tasks: OpenTask[]): void {
  const idOf = ({ record }: OpenTask): Hash => taskId(network.domain, record.sender, record.nonce);
  for (const event of events) {
    if (event.name === "RecordCreated") {
      const { record } = event;
      tasks.push({ record, escrow: record.gasLimit * record.gasPrice, ended: false });
    } else if (event.name === "TaskSettled" || event.name === "TaskRefunded") {
      const task = tasks.find((candidate) => idOf(candidate) === event.taskId) as OpenTask;
      expect(task.ended).toBe(false);
      task.ended = true;
      if (event.name === "TaskRefunded") expect(event.amount).toBe(task.escrow);
      else expect(event.gasUsed).toBeLessThanOrEqual(task.record.gasLimit);
    }
  }
}

async function checkTokens(tasks: readonly OpenTask[]): Promise<void> {
  const accounts = [...WORKERS, ...USERS].map((index) => network.account(index).address);
  const [held, balances, enrolled] = await Promise.all([
    network.token.balanceOf(network.deployment.enigma),
    Promise.all(accounts.map((account) => network.contract.balance(account))),
    Promise.all(accounts.map((account) => network.contract.worker(account))),
  ]);
  const sum = (amounts: readonly bigint[]) => amounts.reduce((total, next) => total + next, 0n);
  const escrows = tasks.filter(({ ended }) => !ended).map(({ escrow }) => escrow);
  expect(sum(balances) + sum(enrolled.map(({ stake }) => stake)) + sum(escrows)).toBe(held);
}
