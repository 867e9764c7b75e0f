// One tier's measurement: the real enclave in this process, whose V8 has the flags that the process was started with. Prints
// `{title: nanoseconds of one gas}` as JSON.

import path from "node:path";
import { pathToFileURL } from "node:url";
import binaryen from "binaryen";
import { Interface } from "ethers";
import { address } from "../../../host/protocol/hex.ts";
import { EnclaveNetwork } from "../../../test/enclave/enclave-network.ts";
import { SecretUser } from "../../../test/enclave/secret-user.ts";
import { hostPrices, RULES } from "../../fuzz/sample-contracts.ts";
import { ROOT } from "../../verify/root.ts";
import { argumentsText, HOST_KERNELS, importsText } from "./host-kernels.ts";
import { INSTRUCTION_KERNELS } from "./instruction-kernels.ts";
import { contractText, type Kernel } from "./kernel.ts";

const EPOCH = 1n;
const CONTRACT = address(`0x${"9a".repeat(20)}`);
const GAS_LIMIT = 10n ** 10n;
const ROUNDS = 13;
const KERNELS: readonly Kernel[] = [...INSTRUCTION_KERNELS, ...HOST_KERNELS];
const abi = new Interface(["function work(uint256 kernel, uint256 turns)"]);

interface Timed {
  readonly nanoseconds: number;
  readonly gas: bigint;
}

const runs = await timedRuns();
const network = await EnclaveNetwork.start({ inProcess: true });
try {
  const module = build();
  const worker = await network.worker("gas");
  await network.select(worker, EPOCH);
  const user = await SecretUser.of(network.principal, CONTRACT, module, EPOCH);
  await network.grantKeys(worker, CONTRACT, user.codeHash, EPOCH);
  await worker.loadModule({ module, rules: RULES });
  const execute = async (task: ReturnType<SecretUser["deploy"]>, committed: boolean): Promise<void> => {
    const [result] = await worker.executeTasks({ epoch: EPOCH, tasks: [task] });
    if (result === undefined || "error" in result) throw new Error("the enclave failed", { cause: result });
    await worker.settle({ group: user.group, taskId: task.taskId, committed });
  };
  await execute(user.deploy([], [], { gasLimit: GAS_LIMIT }), true);
  /** The fastest of some runs: whatever else the machine does can only make one slower. */
  const fastest = async (kernel: number, turns: number): Promise<Timed> => {
    runs.length = 0;
    for (let round = 0; round < ROUNDS; round++)
      await execute(user.call(abi, "work", [kernel, turns], { gasLimit: GAS_LIMIT }), false);
    if (runs.length !== ROUNDS) throw new Error(`${KERNELS[kernel]?.title} does not return`);
    return runs.reduce((best, run) => (run.nanoseconds < best.nanoseconds ? run : best));
  };
  const figures: Record<string, number> = {};
  for (const [kernel, { title, turns }] of KERNELS.entries()) {
    const [none, all] = [await fastest(kernel, 0), await fastest(kernel, turns)];
    figures[title] = Math.max(0, all.nanoseconds - none.nanoseconds) / Number(all.gas - none.gas);
  }
  process.stdout.write(JSON.stringify(figures));
} finally {
  await network.close();
}

function build(): Uint8Array {
  const text = contractText(KERNELS, importsText(JSON.parse(hostPrices())), argumentsText());
  const module = binaryen.parseText(text);
  module.setFeatures(
    binaryen.Features.MVP |
      binaryen.Features.BulkMemory |
      binaryen.Features.ReferenceTypes |
      binaryen.Features.NontrappingFPToInt |
      binaryen.Features.SignExt |
      binaryen.Features.MutableGlobals |
      binaryen.Features.Multivalue,
  );
  const binary = module.emitBinary();
  module.dispose();
  return binary;
}

/** Times every run of the engine that the enclaves of this process use. */
async function timedRuns(): Promise<Timed[]> {
  const file = path.join(ROOT, "enclave-wasm/dist/debug/runtime/module-cache.js");
  const { ModuleCache } = await import(pathToFileURL(file).href);
  const timed: Timed[] = [];
  const run = ModuleCache.prototype.run;
  ModuleCache.prototype.run = function (this: unknown, ...args: unknown[]) {
    const start = process.hrtime.bigint();
    const outcome = run.apply(this, args);
    const nanoseconds = Number(process.hrtime.bigint() - start);
    if (outcome.kind === "returned") timed.push({ nanoseconds, gas: outcome.gasUsed });
    else
      process.stderr.write(
        `${JSON.stringify(outcome, (_, value) => (typeof value === "bigint" ? `${value}` : value))}\n`,
      );
    return outcome;
  };
  return timed;
}
