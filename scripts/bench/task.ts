// From a client's call to its verified answer, on a local network of two workers that runs in a process of its own.

import { readFile } from "node:fs/promises";
import path from "node:path";
import type { DeploymentReceipt, UntypedSecretContract } from "../../host/client/index.ts";
import { ROOT } from "../verify/root.ts";
import { BenchNetwork } from "./bench-network.ts";
import { type BenchUser, benchUsers } from "./bench-user.ts";
import { now } from "./milliseconds.ts";
import type { TaskNews } from "./network-news.ts";
import type { Suite, SuiteOptions } from "./suite.ts";
import { taskReport } from "./task-report.ts";
import { type FinishedTask, type Step, stepsOf } from "./task-steps.ts";

const USERS = 32;
const WARM_UP = 40;
/** Tasks one after the other. */
const ALONE = 120;
/** Tasks before the rate is looked at again, and how many it is then measured over. */
const MANY = 5_000;
const LATE = 1_000;
const CALL_GAS = 500_000n;
const DEPLOY_GAS = 5_000_000n;

type UntypedMethod = ReturnType<UntypedSecretContract["getFunction"]>;

/** What was measured. */
export interface TaskFigures {
  readonly alone: readonly FinishedTask[];
  readonly aloneSteps: readonly Record<Step, number>[];
  readonly together: readonly FinishedTask[];
  readonly togetherSteps: readonly Record<Step, number>[];
  /** Milliseconds of processor time while many were under way, by role; empty where it cannot be read. */
  readonly processor: ReadonlyMap<string, number>;
  readonly users: number;
  /** Tasks before the rate is looked at again. */
  readonly many: number;
}

/** `task`: one at a time, then many users at once until `MANY` tasks are done, and what each step takes. */
export const taskSuite: Suite = async (options) => {
  options.progress("starting the network");
  const network = await BenchNetwork.start(options.signal);
  try {
    const users = await benchUsers(network.ready, USERS);
    try {
      return taskReport(await measure(network, users, options));
    } finally {
      for (const { enigma } of users) enigma.close();
    }
  } finally {
    await network.stop();
  }
};

async function measure(
  network: BenchNetwork,
  users: readonly BenchUser[],
  options: SuiteOptions,
): Promise<TaskFigures> {
  options.progress("deploying");
  const callers = await deploy(users);
  const call = (index: number) => runTask(users[index] as BenchUser, callers[index] as UntypedMethod);
  for (let count = 0; count < WARM_UP; count++) await call(count % users.length);
  await network.news();

  const alone: FinishedTask[] = [];
  // Neighbours have different gateways.
  for (let count = 0; count < ALONE; count++) {
    options.signal.throwIfAborted();
    options.progress(`one at a time: ${count} of ${ALONE}`);
    alone.push(await call(count % 2));
  }
  const aloneSteps = steps(alone, (await network.news()).tasks);

  const before = network.processorTimes();
  const together = await runTogether(users.length, call, options);
  const after = network.processorTimes();
  const processor = new Map([...after].map(([role, used]) => [role, used - (before.get(role) ?? 0)]));
  const togetherSteps = steps(together, (await network.news()).tasks);
  return { alone, aloneSteps, together, togetherSteps, processor, users: users.length, many: MANY };
}

/** Every user sends its next task when it has the answer to the last one. */
async function runTogether(
  users: number,
  call: (index: number) => Promise<FinishedTask>,
  { progress, signal, deadline }: SuiteOptions,
): Promise<FinishedTask[]> {
  const finished: FinishedTask[] = [];
  let ordered = 0;
  const user = async (index: number): Promise<void> => {
    while (ordered < MANY + LATE && performance.now() < deadline) {
      signal.throwIfAborted();
      ordered += 1;
      finished.push(await call(index));
      if (finished.length % 100 === 0) progress(`${users} users at once: ${finished.length} of ${MANY + LATE}`);
    }
  };
  await Promise.all(Array.from({ length: users }, (_, index) => user(index)));
  return finished;
}

async function deploy(users: readonly BenchUser[]): Promise<UntypedMethod[]> {
  const folder = path.join(ROOT, "contracts/dist/millionaires");
  const abi = await readFile(path.join(folder, "abi.json"), "utf8");
  const module = new Uint8Array(await readFile(path.join(folder, "millionaires.wasm")));
  const [first] = users as [BenchUser];
  const task = await first.enigma.deploy({ module, abi, gasLimit: DEPLOY_GAS });
  const { contract } = (await task.wait()) as DeploymentReceipt<UntypedSecretContract>;
  return users.map(({ enigma }) => enigma.contract(contract.address, abi).getFunction("addMillionaire"));
}

async function runTask(user: BenchUser, addMillionaire: UntypedMethod): Promise<FinishedTask> {
  user.requests = new Map();
  const { requests, gateway } = user;
  const start = now();
  const task = await addMillionaire(BigInt(Math.floor(start)), { gasLimit: CALL_GAS });
  const { worker } = await task.wait();
  return { id: task.id, start, end: now(), requests, local: worker?.toLowerCase() === gateway.toLowerCase() };
}

function steps(tasks: readonly FinishedTask[], news: readonly TaskNews[]): Record<Step, number>[] {
  const byTask = Map.groupBy(news, ({ taskId }) => taskId);
  return tasks.map((task) => stepsOf(task, byTask.get(task.id) ?? [])).filter((found) => found !== undefined);
}
