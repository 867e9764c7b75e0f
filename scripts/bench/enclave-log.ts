// A log inside the enclave alone: what loading it costs without network, database and chain.

import type { WorkerEnclave } from "../../host/enclave/enclave-client.ts";
import { address, type Hash } from "../../host/protocol/hex.ts";
import { EMPTY_STATE_HASH, LOG_ENTRY_KIND, type LogEntry, nextStateHash } from "../../host/protocol/log-entry.ts";
import { EnclaveNetwork } from "../../test/enclave/enclave-network.ts";
import { builtContract, SecretUser, type UserTask } from "../../test/enclave/secret-user.ts";

const EPOCH = 1n;
const CONTRACT = address(`0x${"10".repeat(20)}`);
/** Tasks of one ecall, as workers send them. */
const BATCH = 32;

/** One way of loading. */
export interface Load {
  readonly entries: number;
  /** Milliseconds of each repetition. */
  readonly series: readonly number[];
}

/** A log from its first entry on, and from its last checkpoint on. */
export interface EnclaveLoads {
  readonly fromOrigin: Load;
  readonly fromCheckpoint: Load;
}

/** Makes a log of at least so many entries, of small tasks, and loads it again and again into an enclave in a process of its own. */
export async function enclaveLoads(entries: number, repeats: number): Promise<EnclaveLoads> {
  const network = await EnclaveNetwork.start();
  try {
    const { module, abi } = builtContract("millionaires");
    const worker = await network.worker("log");
    await network.select(worker, EPOCH);
    const user = await SecretUser.of(network.principal, CONTRACT, module, EPOCH);
    await network.grantKeys(worker, CONTRACT, user.codeHash, EPOCH);
    await worker.loadModule({ module, rules: 1 });
    const log = await execute(worker, user, [user.deploy()]);
    for (let number = 0; log.length < entries; number += BATCH) {
      const amounts = Array.from({ length: BATCH }, (_, index) => number + index);
      log.push(
        ...(await execute(
          worker,
          user,
          amounts.map((amount) => user.call(abi, "addMillionaire", [amount])),
        )),
      );
    }
    const states: Hash[] = [EMPTY_STATE_HASH];
    for (const [index, entry] of log.entries()) states.push(nextStateHash(states[index] as Hash, entry));
    const load = (from: number) =>
      timeLoads(worker, user, log.slice(from), states[from] as Hash, states.at(-1) as Hash, repeats);
    const checkpoint = log.findLastIndex(({ kind }) => kind === LOG_ENTRY_KIND.checkpoint);
    return { fromOrigin: await load(0), fromCheckpoint: await load(checkpoint) };
  } finally {
    await network.close();
  }
}

/** Executes and settles tasks; their log entries. */
async function execute(worker: WorkerEnclave, user: SecretUser, tasks: readonly UserTask[]): Promise<LogEntry[]> {
  const results = await worker.executeTasks({ epoch: EPOCH, tasks });
  const { group } = user;
  await worker.settle({ group, taskId: (tasks.at(-1) as UserTask).taskId, committed: true });
  return results.flatMap((result) => {
    if ("error" in result) throw result.error;
    return result.logs.flatMap((log) => log.entries);
  });
}

async function timeLoads(
  worker: WorkerEnclave,
  { secretContract, codeHash, group }: SecretUser,
  entries: readonly LogEntry[],
  stateBefore: Hash,
  expectedTip: Hash,
  repeats: number,
): Promise<Load> {
  const series: number[] = [];
  for (let count = 0; count <= repeats; count++) {
    const start = performance.now();
    await worker.loadLog({ secretContract, codeHash, group, stateBefore, entries, expectedTip });
    if (count > 0) series.push(performance.now() - start);
  }
  return { entries: entries.length, series };
}
