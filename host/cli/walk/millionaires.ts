import type { DeploymentReceipt, UntypedSecretContract } from "../../client/index.ts";
import { readSample } from "./sample.ts";
import { type SampleStage, type SampleTask, settle } from "./sample-task.ts";
import { nameOf, PEOPLE, type SampleUsers } from "./sample-users.ts";

const DEPLOY_GAS = 5_000_000n;
export const CALL_GAS = 500_000n;

/**
 * Runs the millionaires sample on a network: a deployment, three encrypted net worths, one question.
 * Every task is awaited before the next, and given to `onTask` once its answer is verified. Resolves to the contract, as the
 * first user calls it.
 */
export async function runMillionaires(
  stage: SampleStage,
  users: SampleUsers,
  onTask: (task: SampleTask) => Promise<void>,
): Promise<UntypedSecretContract> {
  const { module, abi } = await readSample("millionaires");
  const [first] = users.all;
  const deployed = await settle(stage, {
    ...{ kind: "deploy", who: PEOPLE[0].name, call: "constructor()" },
    order: () => first.deploy({ module, abi, args: [], gasLimit: DEPLOY_GAS }),
  });
  await onTask({ ...deployed, answer: "the contract is deployed" });
  const { contract } = deployed.receipt as DeploymentReceipt<UntypedSecretContract>;
  for (const [index, person] of PEOPLE.entries()) {
    const asPerson = users.all[index]?.contract(contract.address, abi) as UntypedSecretContract;
    const added = await settle(stage, {
      ...{ kind: "call", who: person.name, call: `addMillionaire(${person.netWorth})` },
      order: () => asPerson.getFunction("addMillionaire")(person.netWorth, { gasLimit: CALL_GAS }),
    });
    await onTask({ ...added, answer: "done" });
  }
  const asked = await settle(stage, {
    ...{ kind: "call", who: PEOPLE[0].name, call: "richest()" },
    order: () => contract.getFunction("richest")({ gasLimit: CALL_GAS }),
  });
  await onTask({ ...asked, answer: nameOf(stage.network, String(asked.receipt.result)) });
  return contract;
}
