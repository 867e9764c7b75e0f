/** A settled task as commands tell it. */
import { type FunctionFragment, formatUnits, type Interface } from "ethers";
import {
  type ContractEvent,
  ContractRevertedError,
  type SettledCall,
  type Task,
  type TaskReceipt,
  ViewRevertedError,
} from "../client/index.ts";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import { toHex } from "../protocol/hex.ts";
import { type AddressNames, valueJson } from "./abi-results.ts";
import { grouped } from "./grouped.ts";
import type { Style } from "./style.ts";
import { short } from "./walk/step-lines.ts";

/** What every receipt has to say beside its result. */
export function receiptJson(task: Task<unknown>, receipt: TaskReceipt<unknown>): object {
  const { transactionHash, blockNumber, gasUsed, epoch, worker, inputHash, outputHash, moves } = receipt;
  return {
    ...{ taskId: task.id, status: receipt.status, gasUsed, gasLimit: task.record.gasLimit, epoch, worker },
    ethereum: { record: task.transactionHash, recordGas: task.ethereumGas, receipt: transactionHash, blockNumber },
    ...{ inputHash, outputHash, moves },
    events: receipt.events.map(eventJson),
    calls: receipt.calls.map(callJson),
  };
}

/** The same as lines for people. */
export function receiptLines(
  task: Task<unknown>,
  receipt: TaskReceipt<unknown>,
  names: AddressNames,
  style: Style,
): string[] {
  const { gasUsed, worker, epoch, transactionHash } = receipt;
  const row = (title: string, text: string) => `  ${style.dim(title.padEnd(9))} ${text}`;
  const named = (at: string) => names.get(at.toLowerCase()) ?? short(at);
  return [
    ...receipt.events.map((event) => row("event", `${eventText(event)}${event.private ? "   [for you alone]" : ""}`)),
    ...receipt.calls.map((call) =>
      row("Ethereum", `called ${named(call.target)}: ${call.succeeded ? "taken" : "refused"}`),
    ),
    row("task", task.id),
    row(
      "gas",
      `${grouped(gasUsed)} of ${grouped(task.record.gasLimit)}, ${formatUnits(gasUsed * task.record.gasPrice)} ENG`,
    ),
    row("worker", `${worker === undefined ? "unknown" : short(worker)} in epoch ${epoch}`),
    row("Ethereum", `record ${short(task.transactionHash)}, receipt ${short(transactionHash)}`),
  ];
}

/** A failure with what the contract's own error says as data. */
export function explainedFailure(error: unknown, abi: Interface): unknown {
  if (!(error instanceof ContractRevertedError || error instanceof ViewRevertedError)) return error;
  const fragment = error.signature === null ? null : abi.getError(error.signature);
  const args =
    fragment === null
      ? [...error.args].map(plain)
      : fragment.inputs.map((input, index) => valueJson(input, error.args[index]));
  const data = { ...error.data, name: error.name, signature: error.signature, args, revertData: error.revertData };
  return EnigmaError.received({ code: error.code, sentence: error.message, hint: error.hint, data });
}

/** The signature of a function with the names of its arguments. */
export function signatureOf(fragment: FunctionFragment): string {
  return `${fragment.name}(${fragment.inputs.map((input) => `${input.type}${input.name === "" ? "" : ` ${input.name}`}`).join(", ")})`;
}

function eventJson({ contract, name, signature, args, private: isPrivate }: ContractEvent): object {
  return { contract, name, signature, args: plain(args), private: isPrivate };
}

function callJson({ index, target, value, data, required, succeeded, reason }: SettledCall): object {
  return { index, target, value, data: typeof data === "string" ? data : toHex(data), required, succeeded, reason };
}

function eventText({ name, args, topic }: ContractEvent): string {
  return name === null
    ? `unknown event ${short(topic ?? "without a name")}`
    : `${name}(${[...(args as Iterable<unknown>)].map(String).join(", ")})`;
}

/** What ethers decoded, as plain arrays. */
function plain(value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  return Array.isArray(value) ? [...value].map(plain) : value;
}
