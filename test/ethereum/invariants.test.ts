/**
 * Random sequences of everything that accounts can do, checked after each step against a model and these invariants:
 * - the tokens that the contract holds are exactly the balances, stakes and escrows of open tasks;
 * - a task is settled or refunded at most once, and pays out exactly its escrow;
 * - a tip never moves when a required call has failed;
 * - what is burned is what workers have lost, but for the rewards of reporters.
 */
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ENG_SUPPLY } from "../../host/ethereum/deploy-contracts.ts";
import type { EnigmaAccount, EnigmaTransaction } from "../../host/ethereum/enigma-account.ts";
import { effectsHash } from "../../host/protocol/effect.ts";
import type { SignedReceipt } from "../../host/protocol/equivocation.ts";
import { EnigmaError } from "../../host/protocol/errors/enigma-error.ts";
import { type Address, type Hash, ZERO_HASH } from "../../host/protocol/hex.ts";
import { OUTCOME } from "../../host/protocol/outcome.ts";
import { receiptDigest } from "../../host/protocol/receipt.ts";
import { taskId } from "../../host/protocol/task-id.ts";
import type { TaskRecord } from "../../host/protocol/task-record.ts";
import { CALL_GAS_PRICE, sign, stateAfterOf, TestNetwork, type TestWorker } from "./test-network.ts";

const SEED = 20_261_122;
/** Short, so that tasks time out and stakes become free within a sequence. */
const TIMEOUT = 15;
const USERS = [5, 6];
const WORKERS = [1, 2, 3];

let network: TestNetwork;
let workers: TestWorker[];
beforeEach(async () => {
  network = await TestNetwork.start({ parameters: { taskTimeoutBlocks: TIMEOUT, evidenceBlocks: 5 } });
  workers = [];
  for (const index of WORKERS) workers.push(await network.addWorker(index, BigInt(index) * 10n ** 18n));
  await network.nextEpoch();
});
afterEach(() => network.close());

type Action =
  | { readonly do: "deposit" | "withdraw" | "stake" | "unstake"; readonly who: number; readonly amount: bigint }
  | { readonly do: "logIn" | "logOut" | "register" | "unregister"; readonly who: number }
  | {
      readonly do: "record";
      readonly who: number;
      readonly gasLimit: bigint;
      readonly gasPrice: bigint;
      readonly callGasLimit: bigint;
    }
  | { readonly do: "post"; readonly who: number; readonly task: number; readonly gasPrice: bigint }
  | { readonly do: "report"; readonly who: number; readonly liar: number }
  | {
      readonly do: "commit";
      readonly tasks: readonly number[];
      readonly who: number;
      readonly gasUsed: bigint;
      readonly status: 1 | 2;
      readonly calls: readonly (1 | 2)[];
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
      callGasLimit: fc.constantFrom(0n, 50_000n),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("post"),
      who,
      task: fc.nat({ max: 30 }),
      gasPrice: fc.bigInt({ min: 0n, max: 10n ** 15n }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("report"), who, liar: fc.nat({ max: 2 }) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("commit"),
      tasks: fc.array(fc.nat({ max: 30 }), { minLength: 1, maxLength: 4 }),
      who: fc.nat({ max: 2 }),
      gasUsed: fc.bigInt({ min: 0n, max: 1_200n }),
      status: fc.constantFrom(1, 2),
      calls: fc.array(fc.constantFrom(1, 2), { maxLength: 2 }),
    }),
  },
  { weight: 5, arbitrary: fc.record({ do: fc.constant("refund"), task: fc.nat({ max: 30 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("mine"), blocks: fc.nat({ max: 2 * TIMEOUT }) }),
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
  const property = fc.asyncProperty(fc.array(action, { minLength: 30, maxLength: 30 }), async (actions) => {
    for (const step of actions) {
      const transaction = await perform(step, tasks).catch(refusal);
      if (transaction === undefined) continue;
      for (const { name } of transaction.events) done[name] = (done[name] ?? 0) + 1;
      follow(transaction, tasks);
      await checkTokens(tasks);
    }
  });
  await fc.assert(property, { seed: SEED, numRuns: 15, endOnFailure: true });
  // The sequences must have reached what they are about.
  for (const name of [
    "RecordCreated",
    "TaskSettled",
    "ReceiptRefused",
    "TaskRefunded",
    "EpochSet",
    "CallFailed",
    "CallGasPaid",
    "WorkerPenalised",
    "WorkerSlashed",
    "StakeWithdrawn",
  ]) {
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
      return account.createRecord(
        await network.order(account, {
          gasLimit: step.gasLimit,
          gasPrice: step.gasPrice,
          callGasLimit: step.callGasLimit,
        }),
      );
    case "post": {
      const secretContract = deployed[step.task % Math.max(deployed.length, 1)];
      if (secretContract === undefined) return undefined;
      const changes = { kind: 3, secretContract, gasPrice: step.gasPrice, gasLimit: 1_000n } as const;
      return account.postRecord(await network.order(account, changes), new Uint8Array(5), new Uint8Array(32));
    }
    case "report":
      return report(account, workers[step.liar] as TestWorker);
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

/** Has a worker's enclave contradict itself. */
function report(account: EnigmaAccount, liar: TestWorker): Promise<EnigmaTransaction> {
  const state = ZERO_HASH;
  const moves = [{ secretContract: account.address, stateBefore: state, stateAfter: state }];
  const common = { taskId: state, recordHash: state, epoch: 1n, moves, outputHash: state, effectsHash: state };
  const signed = (gasUsed: bigint): SignedReceipt => {
    const receipt = { ...common, gasUsed, status: 2 } as const;
    return { receipt, signature: sign(liar.enclave, receiptDigest(network.domain, receipt)) };
  };
  return account.reportEquivocation(signed(1n), signed(2n));
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
  const tips = await Promise.all(chosen.map(({ secretContract }) => network.contract.tip(secretContract)));
  const commitments = chosen.map((record, at) => {
    // The token has no such function: these calls fail.
    const effects = (step.status === 1 ? step.calls : []).map((kind) => {
      const { token: target } = network.deployment;
      return { kind, source: record.secretContract, target, value: 0n, data: new Uint8Array([1, 2, 3, 4]) };
    });
    const moves = {
      status: step.status,
      gasUsed: step.gasUsed,
      epoch: number,
      effectsHash: effectsHash(effects),
    };
    const committed = network.receipt(record, tips[at] as Hash, moves);
    const failed = { ...committed, moves: committed.moves.map((move) => ({ ...move, stateAfter: move.stateBefore })) };
    return network.commitment(worker, record, step.status === 1 ? committed : failed, effects);
  });
  return worker.account.commitReceipts(commitments);
}

/** Keeps the model: new tasks, and tasks that have ended, which none may do twice. */
function follow({ events }: EnigmaTransaction, tasks: OpenTask[]): void {
  const idOf = ({ record }: OpenTask): Hash => taskId(network.domain, record.sender, record.nonce);
  for (const event of events) {
    if (event.name === "RecordCreated") {
      const { record } = event;
      const escrow = record.gasLimit * record.gasPrice + record.callGasLimit * CALL_GAS_PRICE;
      tasks.push({ record, escrow, ended: false });
    } else if (event.name === "TaskSettled" || event.name === "TaskRefunded") {
      const task = tasks.find((candidate) => idOf(candidate) === event.taskId) as OpenTask;
      expect(task.ended).toBe(false);
      task.ended = true;
      if (event.name === "TaskRefunded") expect(event.amount).toBe(task.escrow);
      else {
        expect(event.gasUsed).toBeLessThanOrEqual(task.record.gasLimit);
        if (event.outcome === OUTCOME["callback-failed"]) callbackFailures.push(event);
      }
    } else if (event.name === "ContractDeployed") {
      deployed.push(event.secretContract);
    } else if (event.name === "WorkerPenalised") {
      burned += event.amount;
    } else if (event.name === "WorkerSlashed") {
      burned += event.amount - event.reward;
    }
  }
}

let burned = 0n;
const deployed: Address[] = [];
const callbackFailures: { readonly secretContract: Address; readonly stateAfter: Hash; readonly taskId: Hash }[] = [];

async function checkTokens(tasks: readonly OpenTask[]): Promise<void> {
  const accounts = [...WORKERS, ...USERS].map((index) => network.account(index).address);
  const [held, balances, enrolled] = await Promise.all([
    network.token.balanceOf(network.deployment.enigma),
    Promise.all(accounts.map((account) => network.contract.balance(account))),
    Promise.all(accounts.map((account) => network.contract.worker(account))),
  ]);
  const sum = (amounts: readonly bigint[]) => amounts.reduce((total, next) => total + next, 0n);
  const escrows = tasks.filter(({ ended }) => !ended).map(({ escrow }) => escrow);
  expect(await network.token.totalSupply()).toBe(ENG_SUPPLY - burned);
  for (const { taskId: task, stateAfter } of callbackFailures) expect(stateAfter).not.toBe(stateAfterOf(task));
  expect(sum(balances) + sum(enrolled.map(({ stake }) => stake)) + sum(escrows)).toBe(held);
}
