import { setTimeout } from "node:timers/promises";
import type { DeploymentReceipt, UntypedSecretContract } from "../../host/client/index.ts";
import { isEnigmaError } from "../../host/protocol/errors/enigma-error.ts";
import { type BuiltContract, builtContract } from "../../test/enclave/secret-user.ts";
import type { BenchUser } from "./bench-user.ts";

const DEPLOY_GAS = 10_000_000n;
/** Tasks that are under way at once when many are to be done soon. */
const TOGETHER = 300;

/** Orders a task; the number makes it another one. */
export type OrderedCall = (number: number) => ReturnType<ReturnType<UntypedSecretContract["getFunction"]>>;

/** A sample contract, deployed by a user. @param name folder of `contracts/secret` */
export async function deploySample(
  { enigma }: BenchUser,
  name: string,
  args: readonly unknown[] = [],
): Promise<UntypedSecretContract> {
  const { module, abi }: BuiltContract = builtContract(name);
  const task = await enigma.deploy({ module, abi: abi.formatJson(), args, gasLimit: DEPLOY_GAS });
  return ((await task.wait()) as DeploymentReceipt<UntypedSecretContract>).contract;
}

/** Orders of a task, at most. */
const ATTEMPTS = 20;

/**
 * Orders a task, again where its record names an epoch that is over: where epochs last a few seconds, a worker that has much
 * to do gives out the key of the one before.
 */
async function persistently(call: OrderedCall, number: number): ReturnType<OrderedCall> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call(number);
    } catch (error) {
      if (!isEnigmaError(error, "record-refused") || attempt === ATTEMPTS) throw error;
      await setTimeout(100);
    }
  }
}

/** Has `count` tasks done as soon as the network can: records share transactions, and few answers are waited for. */
export async function runMany(
  count: number,
  call: OrderedCall,
  onProgress: (done: number) => void = () => undefined,
  signal?: AbortSignal,
): Promise<void> {
  let ordered = 0;
  const caller = async (): Promise<void> => {
    let last: Awaited<ReturnType<OrderedCall>> | undefined;
    while (ordered < count) {
      signal?.throwIfAborted();
      ordered += 1;
      if (ordered % TOGETHER === 0) onProgress(ordered);
      last = await persistently(call, ordered);
    }
    await last?.wait();
  };
  await Promise.all(Array.from({ length: Math.min(TOGETHER, count) }, caller));
}
