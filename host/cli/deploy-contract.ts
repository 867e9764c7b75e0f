import type { InterfaceAbi } from "ethers";
import type { DeploymentReceipt, UntypedSecretContract } from "../client/index.ts";
import { namedAccounts } from "../project/accounts.ts";
import { writeAlias } from "../project/aliases.ts";
import { readArtifact } from "../project/artifact.ts";
import { parseArguments } from "./abi-arguments.ts";
import type { CommandResult } from "./command.ts";
import { contractAddress, interfaceOf } from "./contract-lookup.ts";
import { findNetwork, NetworkSession } from "./network-session.ts";
import { usage } from "./option-values.ts";
import type { Output } from "./output.ts";
import { type ChosenGas, gasTerms } from "./task-options.ts";
import { explainedFailure, receiptJson, receiptLines } from "./task-report.ts";

export interface DeployRequest extends ChosenGas {
  readonly name: string;
  readonly args: readonly string[];
  readonly alias: string | undefined;
  readonly group: string | undefined;
  readonly from: string;
  readonly network: string | undefined;
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

const GAS_LIMIT = 10_000_000n;

/** `enigma deploy`. */
export async function deployContract(request: DeployRequest, out: Output): Promise<CommandResult> {
  const place = await findNetwork(request.cwd, request.network);
  const { project, network } = place;
  const artifact = readArtifact(project.artifacts, request.name);
  const alias = request.alias ?? artifact.name;
  if (namedAccounts(project, network).some(({ name }) => name === alias))
    throw usage(`An account is called "${alias}": choose another --alias.`);
  const abi = interfaceOf(artifact);
  const session = await NetworkSession.open(place, request.from, request.env);
  try {
    const args = parseArguments("the constructor", abi.deploy.inputs, request.args, session.addresses);
    const terms = gasTerms(request, GAS_LIMIT);
    const { deposited } = await session.provide(await session.costOf(terms));
    const group = request.group === undefined ? {} : { group: contractAddress(session, request.group) };
    const options = { module: artifact.module, abi: artifact.abi as InterfaceAbi, args, ...terms, ...group };
    const { task, receipt } = await out.during(`deploying ${artifact.name}`, async (say) => {
      const ordered = await session.enigma
        .deploy(options)
        .catch((error: unknown) => Promise.reject(explainedFailure(error, abi)));
      say(`waiting for task ${ordered.id.slice(0, 10)}`);
      const settled = await ordered.wait().catch((error: unknown) => Promise.reject(explainedFailure(error, abi)));
      return { task: ordered, receipt: settled as DeploymentReceipt<UntypedSecretContract> };
    });
    const { address } = receipt.contract;
    await writeAlias(project.root, network, alias, { address, artifact: artifact.name, codeHash: task.codeHash });
    const { style } = out;
    return {
      json: {
        name: artifact.name,
        alias,
        network,
        address,
        codeHash: task.codeHash,
        deposited,
        ...receiptJson(task, receipt),
      },
      text: [
        `${style.green(artifact.name)} is deployed at ${style.bold(address)}${alias === artifact.name ? "" : `, called ${style.bold(alias)}`}`,
        `  ${style.dim("code hash")} ${task.codeHash}`,
        ...receiptLines(task, receipt, session.names, style),
      ].join("\n"),
    };
  } finally {
    session.close();
  }
}
