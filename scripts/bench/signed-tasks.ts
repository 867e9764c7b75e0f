// Whole tasks of the counter in an enclave of this process: decrypted, executed, their logs and outputs encrypted, receipts signed.

import { address } from "../../host/protocol/hex.ts";
import { EnclaveNetwork } from "../../test/enclave/enclave-network.ts";
import { builtContract, SecretUser, type UserTask } from "../../test/enclave/secret-user.ts";

const EPOCH = 1n;
const CONTRACT = address(`0x${"c0".repeat(20)}`);
/** Tasks of one ecall, as a busy worker sends them. */
const BATCH = 32;

/** The worker's ecall `executeTasks`; what users do, encrypting inputs, is not in its time. */
export async function taskExecution() {
  const network = await EnclaveNetwork.start({ inProcess: true });
  try {
    const { module, abi } = builtContract("counter");
    const worker = await network.worker("simulation");
    await network.select(worker, EPOCH);
    const user = await SecretUser.of(network.principal, CONTRACT, module, EPOCH);
    await network.grantKeys(worker, CONTRACT, user.codeHash, EPOCH);
    await worker.loadModule({ module, rules: 1 });
    const { group } = user;
    const settle = (task: UserTask, committed: boolean) => worker.settle({ group, taskId: task.taskId, committed });
    const deployment = user.deploy(["uint64"], [0n]);
    await worker.executeTasks({ epoch: EPOCH, tasks: [deployment] });
    await settle(deployment, true);
    // Undone each time, so that the same tasks can be executed again on the same state.
    const tasks = Array.from({ length: BATCH }, () => user.call(abi, "increment", [1n]));
    return {
      name: "executeTasks" as const,
      calls: 8 * BATCH,
      async run(calls: number) {
        for (let count = 0; count < calls; count += BATCH) {
          const results = await worker.executeTasks({ epoch: EPOCH, tasks });
          const failed = results.find((result) => "error" in result || result.receipt.status !== 1);
          if (failed !== undefined) throw new Error("a task failed inside the enclave");
          await settle(tasks[0] as UserTask, false);
        }
      },
      close: () => network.close(),
    };
  } catch (error) {
    await network.close();
    throw error;
  }
}
