import path from "node:path";
import { pathToFileURL } from "node:url";
import { address } from "../../host/protocol/hex.ts";
import { EnclaveNetwork } from "../../test/enclave/enclave-network.ts";
import { builtContract, SecretUser, type UserTask } from "../../test/enclave/secret-user.ts";
import { ROOT } from "../verify/root.ts";
import type { Engine, Timing } from "./engine-work.ts";

const EPOCH = 1n;
const CONTRACT = address(`0x${"be".repeat(20)}`);
const GAS_LIMIT = 1n << 40n;

interface Outcome {
  readonly kind: string;
  readonly gasUsed: bigint;
  readonly data: Uint8Array;
}
type Run = (...args: unknown[]) => Outcome;

/**
 * The built enclave, run in this process with all that is around the engine: keys, records, encrypted inputs, and a state that
 * lives in the Rust core behind wasm-bindgen.
 *
 * The engine's part is timed where the core calls it; a whole task, signed and sealed, costs more.
 */
export async function enclaveCore(): Promise<Engine> {
  const runs = await timedRuns();
  const network = await EnclaveNetwork.start({ inProcess: true });
  try {
    const { module, abi } = builtContract("bench");
    const worker = await network.worker("bench");
    await network.select(worker, EPOCH);
    const user = await SecretUser.of(network.principal, CONTRACT, module, EPOCH);
    await network.grantKeys(worker, CONTRACT, user.codeHash, EPOCH);
    await worker.loadModule({ module, rules: 1 });
    const execute = async (task: UserTask, keep: boolean): Promise<void> => {
      const [result] = await worker.executeTasks({ epoch: EPOCH, tasks: [task] });
      if (result === undefined || "error" in result) throw result?.error ?? new Error("no result");
      if (result.receipt.status !== 1) throw new Error("the task failed inside the enclave");
      await worker.settle({ group: user.group, taskId: task.taskId, committed: keep });
    };
    await execute(user.deploy([], [], { gasLimit: GAS_LIMIT }), true);
    return {
      name: "ours, in the enclave",
      async run({ method, size, times }) {
        runs.length = 0;
        const values = size === 0 ? [] : [size];
        // Undone each time: every run then begins with the empty state, as on the other engines.
        for (let count = 0; count < times; count++)
          await execute(user.call(abi, method, values, { gasLimit: GAS_LIMIT }), false);
        const last = runs.at(-1) as Timing;
        return { ...last, milliseconds: runs.reduce((sum, { milliseconds }) => sum + milliseconds, 0) / times };
      },
      close: () => network.close(),
    };
  } catch (error) {
    await network.close();
    throw error;
  }
}

/** Times every run of the engine that enclaves of this process use. */
async function timedRuns(): Promise<Timing[]> {
  const file = path.join(ROOT, "enclave-wasm/dist/debug/runtime/module-cache.js");
  const { ModuleCache } = (await import(pathToFileURL(file).href)) as { ModuleCache: { prototype: { run: Run } } };
  const runs: Timing[] = [];
  const run = ModuleCache.prototype.run;
  ModuleCache.prototype.run = function (this: unknown, ...args) {
    const start = performance.now();
    const outcome = run.apply(this, args);
    const milliseconds = performance.now() - start;
    if (outcome.kind === "returned") {
      runs.push({ milliseconds, gas: outcome.gasUsed, result: Buffer.from(outcome.data).toString("hex") });
    }
    return outcome;
  };
  return runs;
}
