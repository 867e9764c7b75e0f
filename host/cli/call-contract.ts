import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import { parseArguments } from "./abi-arguments.ts";
import { resultJson, resultText } from "./abi-results.ts";
import type { CommandResult } from "./command.ts";
import { contractAddress, findContract, findFunction } from "./contract-lookup.ts";
import { findNetwork, NetworkSession } from "./network-session.ts";
import type { Output } from "./output.ts";
import { type ChosenGas, gasTerms } from "./task-options.ts";
import { explainedFailure, receiptJson, receiptLines, signatureOf } from "./task-report.ts";

/** A function of a contract with its arguments, as typed. */
export interface ContractQuestion {
  readonly contract: string;
  readonly function: string;
  readonly args: readonly string[];
  readonly from: string;
  readonly network: string | undefined;
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

export interface CallRequest extends ContractQuestion, ChosenGas {
  readonly touches: readonly string[];
  readonly post: boolean;
}

const GAS_LIMIT = 2_000_000n;

/** `enigma call`. */
export async function callContract(request: CallRequest, out: Output): Promise<CommandResult> {
  const place = await findNetwork(request.cwd, request.network);
  const session = await NetworkSession.open(place, request.from, request.env);
  try {
    const { name, address, contract } = await findContract(session, request.contract);
    const fragment = findFunction(contract, request.function, request.args.length);
    const args = parseArguments(signatureOf(fragment), fragment.inputs, request.args, session.addresses);
    const touches = request.touches.map((touched) => contractAddress(session, touched));
    const terms = gasTerms(request, GAS_LIMIT);
    const { deposited } = await session.provide(await session.costOf(terms));
    const method = contract.getFunction(fragment.format());
    const explain = (error: unknown) => Promise.reject(explainedFailure(error, contract.interface));
    const { task, receipt } = await out.during(`calling ${name}.${fragment.name}`, async (say) => {
      const ordered = await method(...args, { ...terms, touches, post: request.post }).catch(explain);
      say(`waiting for task ${ordered.id.slice(0, 10)}`);
      return { task: ordered, receipt: await ordered.wait().catch(explain) };
    });
    const { outputs } = fragment;
    const result = outputs.length === 0 ? out.style.green("done") : resultText(outputs, receipt.result, session.names);
    return {
      json: {
        ...{ contract: address, function: fragment.format(), result: resultJson(outputs, receipt.result), deposited },
        ...receiptJson(task, receipt),
      },
      text: [result, ...receiptLines(task, receipt, session.names, out.style)].join("\n"),
    };
  } finally {
    session.close();
  }
}

/** `enigma query`. */
export async function queryContract(question: ContractQuestion, out: Output): Promise<CommandResult> {
  const place = await findNetwork(question.cwd, question.network);
  const session = await NetworkSession.open(place, question.from, question.env);
  try {
    const { name, address, contract } = await findContract(session, question.contract);
    const fragment = findFunction(contract, question.function, question.args.length);
    requireView(fragment, name);
    const args = parseArguments(signatureOf(fragment), fragment.inputs, question.args, session.addresses);
    const view = contract.getView(fragment.format());
    const result = await out.during(`asking ${name}.${fragment.name}`, () =>
      view(...args).catch((error: unknown) => Promise.reject(explainedFailure(error, contract.interface))),
    );
    const { outputs } = fragment;
    return {
      json: { contract: address, function: fragment.format(), result: resultJson(outputs, result) },
      text: resultText(outputs, result, session.names),
    };
  } finally {
    session.close();
  }
}

function requireView(
  { constant, name }: { readonly constant: boolean; readonly name: string },
  contract: string,
): void {
  if (!constant) throw new EnigmaError("function-not-view", { data: { function: name, contract } });
}
