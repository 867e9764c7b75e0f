/** Executions that did not return, as errors: each ending has a code of its own. */
import { Interface, type Result } from "ethers";
import type { TaskEnding } from "../protocol/ending.ts";
import { EnigmaError, type EnigmaErrorOptions, type ErrorCode } from "../protocol/errors/enigma-error.ts";
import { type Hex, toHex } from "../protocol/hex.ts";
import { enigmaInterface } from "./enigma-interface.ts";
import type { SettledTask } from "./settled-task.ts";
import type { SettledCall } from "./settlement.ts";

/** A task that was executed, paid, and failed. */
export class TaskFailedError extends EnigmaError {
  override readonly name: string = "TaskFailedError";
  readonly task: SettledTask;

  constructor(code: ErrorCode, task: SettledTask, options: EnigmaErrorOptions = {}) {
    const { taskId, receipt, transactionHash } = task;
    const facts = { taskId, gasUsed: receipt.gasUsed, transactionHash };
    super(code, { ...options, data: { ...facts, ...options.data } });
    this.task = task;
  }
}

/** The contract reverted: `name` and `args` are those of the error that it declares. */
export class ContractRevertedError extends TaskFailedError {
  override readonly name: string;
  readonly args: Result | readonly [];
  /** Such as `TooPoor(address,uint256)`; null for revert data that the ABI does not explain. */
  readonly signature: string | null;
  /** The revert data as the contract returned it. */
  readonly revertData: string;

  constructor(task: SettledTask, revertData: string, abi: Interface) {
    const parsed = parseError(abi, revertData);
    const name = parsed?.name ?? "UnknownError";
    super("contract-reverted", task, { data: { error: parsed ? `${name}(${parsed.args.join(", ")})` : revertData } });
    this.name = name;
    this.args = parsed?.args ?? [];
    this.signature = parsed?.signature ?? null;
    this.revertData = revertData;
  }
}

/** A call that the task required failed on Ethereum: nothing of the task stands, and it is paid. */
export class CallbackFailedError extends TaskFailedError {
  override readonly name: string = "CallbackFailedError";
  /** The call that failed; undefined if Ethereum does not tell. */
  readonly call: SettledCall | undefined;

  constructor(task: SettledTask, abi: Interface) {
    const call = task.settlement.calls.find(({ required, reason }) => required && reason !== null);
    const data = call && { index: call.index, target: call.target, reason: describeReason(call.reason, abi) };
    super("callback-failed", task, {
      data,
      detail: data && `Effect ${data.index}, to ${data.target}: ${data.reason}.`,
    });
    this.call = call;
  }
}

/** An error of the ABI, of the Enigma contract or of Solidity by name and arguments; else the data as it is. */
function describeReason(reason: Hex | null, abi: Interface): string {
  if (reason === null || reason === "0x") return "no reason given";
  const parsed = parseError(abi, reason) ?? parseError(enigmaInterface, reason);
  return parsed === undefined ? reason : `${parsed.name}(${parsed.args.join(", ")})`;
}

/** What every contract reverts with when a call does not fit it; not part of its own ABI. */
export const CALL_REFUSALS = new Interface([
  "error UnknownFunction(bytes4 selector)",
  "error BadArguments(bytes4 selector)",
]);

/** The error for a settled task; undefined if the contract returned. */
export function failureOf(task: SettledTask, called: string, abi: Interface): TaskFailedError | undefined {
  return task.ending === null ? new CallbackFailedError(task, abi) : failureOfEnding(task, task.ending, called, abi);
}

function failureOfEnding(
  task: SettledTask,
  ending: TaskEnding,
  called: string,
  abi: Interface,
): TaskFailedError | undefined {
  switch (ending.name) {
    case "returned":
      return undefined;
    case "reverted":
      return revertOf(task, toHex(ending.data), called, abi);
    case "panicked":
      return new TaskFailedError("contract-panicked", task, { data: { message: ending.message } });
    case "trapped":
      return new TaskFailedError("contract-trapped", task, { data: { trap: ending.trap } });
    case "module-refused":
      return new TaskFailedError("module-refused", task, { data: { rule: ending.rule } });
    default:
      return new TaskFailedError(ending.name, task);
  }
}

function revertOf(task: SettledTask, revertData: string, called: string, abi: Interface): TaskFailedError {
  const refusal = parseError(CALL_REFUSALS, revertData)?.name;
  if (refusal === "UnknownFunction")
    return new TaskFailedError("unknown-function", task, { data: { function: called } });
  if (refusal === "BadArguments") return new TaskFailedError("bad-arguments", task, { data: { function: called } });
  return new ContractRevertedError(task, revertData, abi);
}

/** A declared error with its arguments. */
export interface RevertReason {
  readonly name: string;
  /** Such as `TooPoor(address,uint256)`. */
  readonly signature: string;
  readonly args: Result;
}

/** The error that revert data encodes, also `Error(string)` and `Panic(uint256)`; undefined if it fits none. */
export function parseError(abi: Interface, revertData: string): RevertReason | undefined {
  const fragment = revertData.length < 10 ? null : abi.getError(revertData.slice(0, 10));
  if (fragment === null) return undefined;
  try {
    const args = abi.decodeErrorResult(fragment, revertData);
    return { name: fragment.name, signature: fragment.format(), args };
  } catch {
    // A contract may return anything as revert data; what does not decode is shown as it is.
    return undefined;
  }
}
