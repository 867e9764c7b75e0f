/** Views that did not return, as errors: the codes are those of failed tasks. */
import type { Interface, Result } from "ethers";
import type { TaskEnding } from "../protocol/ending.ts";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import { toHex } from "../protocol/hex.ts";
import { CALL_REFUSALS, parseError } from "./task-failure.ts";

/** A view reverted: `name` and `args` are those of the error that the contract declares. */
export class ViewRevertedError extends EnigmaError {
  override readonly name: string;
  readonly args: Result | readonly [];
  /** Such as `TooPoor(address,uint256)`; null for revert data that the ABI does not explain. */
  readonly signature: string | null;
  readonly revertData: string;

  constructor(revertData: string, abi: Interface) {
    const parsed = parseError(abi, revertData);
    const name = parsed?.name ?? "UnknownError";
    super("contract-reverted", { data: { error: parsed ? `${name}(${parsed.args.join(", ")})` : revertData } });
    this.name = name;
    this.args = parsed?.args ?? [];
    this.signature = parsed?.signature ?? null;
    this.revertData = revertData;
  }
}

/** The error for a view's ending; undefined if the contract returned. */
export function viewFailureOf(ending: TaskEnding, called: string, abi: Interface): EnigmaError | undefined {
  switch (ending.name) {
    case "returned":
      return undefined;
    case "reverted":
      return revertOf(toHex(ending.data), called, abi);
    case "panicked":
      return new EnigmaError("contract-panicked", { data: { message: ending.message } });
    case "trapped":
      return new EnigmaError("contract-trapped", { data: { trap: ending.trap } });
    case "module-refused":
      return new EnigmaError("module-refused", { data: { rule: ending.rule } });
    default:
      return new EnigmaError(ending.name, { data: { gasUsed: "the free gas of a view" } });
  }
}

function revertOf(revertData: string, called: string, abi: Interface): EnigmaError {
  const refusal = parseError(CALL_REFUSALS, revertData)?.name;
  if (refusal === "UnknownFunction") return new EnigmaError("unknown-function", { data: { function: called } });
  if (refusal === "BadArguments") return new EnigmaError("bad-arguments", { data: { function: called } });
  return new ViewRevertedError(revertData, abi);
}
