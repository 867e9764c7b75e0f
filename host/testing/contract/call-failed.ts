/** A call that did not return, as an error: the code is the one that the client's error for such a task has. */
import type { Interface } from "ethers";
import type { TaskEnding } from "../../protocol/ending.ts";
import { EnigmaError, type ErrorCode, type ErrorData } from "../../protocol/errors/enigma-error.ts";
import { type CallError, type CallResult, errorOf } from "./call-result.ts";

/** A call that was executed and failed. Its message shows how it ran. */
export class CallFailed extends EnigmaError {
  override readonly name = "CallFailed";
  readonly result: CallResult;
  /** Such as `increment(uint256)`. */
  readonly called: string;
  /** The trace as text; undefined where it could not be had. */
  readonly trace: string | undefined;

  constructor(result: CallResult, called: string, abi: Interface, trace: string | undefined) {
    const { code, data } = failureOf(result.ending, called, abi);
    const detail = trace === undefined ? undefined : `\n\n${trace}\n`;
    super(code, { data: { gasUsed: result.gasUsed, taskId: "of this call", ...data }, detail });
    this.result = result;
    this.called = called;
    this.trace = trace;
  }
}

function failureOf(ending: TaskEnding | null, called: string, abi: Interface): { code: ErrorCode; data: ErrorData } {
  if (ending === null) return { code: "callback-failed", data: {} };
  switch (ending.name) {
    case "returned":
      throw new TypeError("a call that returned has not failed");
    case "reverted":
      return revertOf(errorOf(ending.data, abi), called);
    case "panicked":
      return { code: "contract-panicked", data: { message: ending.message } };
    case "trapped":
      return { code: "contract-trapped", data: { trap: ending.trap } };
    case "module-refused":
      return { code: "module-refused", data: { rule: ending.rule } };
    default:
      return { code: ending.name, data: {} };
  }
}

function revertOf({ name, signature, args, data }: CallError, called: string): { code: ErrorCode; data: ErrorData } {
  if (signature === "UnknownFunction(bytes4)") return { code: "unknown-function", data: { function: called } };
  if (signature === "BadArguments(bytes4)") return { code: "bad-arguments", data: { function: called } };
  return { code: "contract-reverted", data: { error: signature === null ? data : `${name}(${args.join(", ")})` } };
}
