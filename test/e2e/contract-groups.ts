/** Sample contracts that share a worker, so that they can call each other. */
import type { Enigma, UntypedSecretContract } from "../../host/client/index.ts";
import type { Address } from "../../host/protocol/hex.ts";
import { type SampleName, sampleContract } from "../../host/testing/sample-contract.ts";

/** Deploys a sample into the group of another contract. */
export async function deployInto(
  group: Address,
  user: Enigma,
  name: SampleName,
  args: readonly unknown[] = [],
): Promise<UntypedSecretContract> {
  const deployment = await user.deploy({ ...(await sampleContract(name)), args, group, gasLimit: 10_000_000n });
  return (await deployment.wait()).contract;
}
