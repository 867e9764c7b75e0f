/** What a matcher for calls is given: a call, a promise of its result, or the result. */
import { type CallOutcome, isCall } from "../contract/call.ts";
import { CallFailed } from "../contract/call-failed.ts";
import type { CallResult } from "../contract/call-result.ts";

/** How the call came out. Rejects where nothing was executed. @throws TypeError for what is no call */
export async function outcomeOfReceived(received: unknown): Promise<CallOutcome> {
  if (isCall(received)) return received.outcome;
  try {
    const result = await received;
    if (isResult(result)) return { result, failure: undefined };
  } catch (error) {
    if (error instanceof CallFailed) return { result: error.result, failure: error };
    throw error;
  }
  throw new TypeError("this matcher is for calls of contracts: give it the call itself, not what it returned");
}

function isResult(value: unknown): value is CallResult {
  return typeof value === "object" && value !== null && "observed" in value && "ending" in value;
}

/** How a call ended, in words. */
export function endingInWords({ result }: CallOutcome): string {
  const { ending, error } = result;
  switch (ending?.name) {
    case undefined:
      return "failed by a call to Ethereum that it required";
    case "returned":
      return "returned";
    case "reverted":
      return error?.signature == null
        ? `reverted with ${error?.data ?? "nothing"}`
        : `reverted with ${error.name}(${error.args.join(", ")})`;
    case "panicked":
      return `panicked: ${ending.message}`;
    case "trapped":
      return `trapped: ${ending.trap}`;
    case "out-of-gas":
      return `ran out of gas (${result.gasUsed})`;
    default:
      return `ended ${ending?.name}`;
  }
}

/** The trace of a call that failed, to stand below a message; empty for one that did not. */
export function traceOf({ failure }: CallOutcome): string {
  return failure?.trace === undefined ? "" : `\n\n${failure.trace}`;
}
