/** From what a tracer recorded to a trace: names, arguments and results decoded. */
import { AbiCoder, type Interface } from "ethers";
import { ENDINGS, type TaskEnding } from "../../protocol/ending.ts";
import { EnigmaError } from "../../protocol/errors/enigma-error.ts";
import { type Address, addressFromBytes, toHex } from "../../protocol/hex.ts";
import { errorOf } from "../contract/call-result.ts";
import type { ContractFrame, HostFrame, Trace, TraceArgument, TraceFrame } from "../contract/trace.ts";
import { traceText } from "../contract/trace-text.ts";
import type { RunOutcome } from "./debug-package.ts";
import type { KnownContract, KnownContracts } from "./known-contracts.ts";
import type { Report } from "./report.ts";
import { namedArguments, type RecordedFrame, type RecordedRun, shown } from "./tracer.ts";

/** Builds the trace of a run. @throws EnigmaError `trace-unavailable` where the run did not go as the call did */
export function buildTrace(run: RecordedRun, contract: Address, report: Report, known: KnownContracts): Trace {
  const { gasUsed } = report.observed;
  if (run.gasUsed !== gasUsed)
    throw new EnigmaError("trace-unavailable", {
      data: { reason: `it used ${run.gasUsed} gas now, and ${gasUsed} before` },
    });
  const root = run.root === undefined ? notRun(contract, report.ending, known) : frameOf(run.root, contract, known);
  const intrinsicGas = run.root === undefined ? gasUsed : gasUsed - root.gas;
  const trace = { root, intrinsicGas, gasUsed, omitted: run.omitted };
  return { ...trace, toString: () => traceText(trace) };
}

/** A call that ended before its contract's first instruction. */
function notRun(contract: Address, ending: TaskEnding, known: KnownContracts): ContractFrame {
  const name = known.get(contract)?.name;
  const nothing = { function: null, args: [], gas: 0n, result: undefined, children: [] };
  return { kind: "contract", contract, name, ...nothing, ending: ending.name };
}

function frameOf(frame: RecordedFrame, contract: Address, known: KnownContracts): ContractFrame {
  const about = known.get(contract);
  const called = describeInput(frame, about?.abi);
  return {
    ...{ kind: "contract", contract, name: about?.name, gas: frame.gas, ...called },
    ending: describeOutcome(frame.outcome, about?.abi),
    result: resultOf(frame, called.function, about?.abi),
    children: frame.children.map((child) => childOf(child, about, known)),
  };
}

function childOf(frame: RecordedFrame, about: KnownContract | undefined, known: KnownContracts): TraceFrame {
  const { gas, returned } = frame;
  if (frame.kind === "host") return hostFrame(frame, about, known);
  const children = frame.children.map((child) => childOf(child, about, known));
  const name = about?.functionNames()[frame.index] ?? `#${frame.index}`;
  return { kind: "function", name, index: frame.index, gas, returned, children };
}

function hostFrame(frame: RecordedFrame, about: KnownContract | undefined, known: KnownContracts): HostFrame {
  const { name, gas, returned } = frame;
  const callee = frame.args[0];
  const address = callee instanceof Uint8Array && callee.length === 20 ? addressFromBytes(callee) : undefined;
  const children = frame.children.map((child) =>
    child.kind === "contract" && address !== undefined ? frameOf(child, address, known) : childOf(child, about, known),
  );
  const text = name === "panic" || name === "debug-log";
  const args = text ? textArgument(frame) : namedArguments(frame);
  return { kind: "host", name, args, result: hostResult(frame), gas, returned, children };
}

function textArgument({ args: [message] }: RecordedFrame) {
  const value = message instanceof Uint8Array ? new TextDecoder().decode(message) : "";
  return [{ name: "message", value }];
}

/** `call-contract` answers an ending byte and its payload. */
function hostResult({ name, result, returned }: RecordedFrame): HostFrame["result"] {
  if (name === "call-contract" && result instanceof Uint8Array) {
    const payload = result.length > 1 ? ` ${toHex(result.subarray(1))}` : "";
    return `${ENDINGS[result[0] ?? 0] ?? "unknown"}${payload}`;
  }
  if (result === undefined) return returned && OPTIONAL.has(name) ? null : undefined;
  return shown(result as Uint8Array | bigint | number | boolean);
}

/** Host functions that may answer with nothing. */
const OPTIONAL = new Set(["storage-get", "storage-next-key", "secp256k1-recover", "aead-open", "x25519-shared-secret"]);

/** Names the function that calldata calls, or the constructor, and decodes its arguments. */
function describeInput(
  { entry, input = new Uint8Array() }: RecordedFrame,
  abi: Interface | undefined,
): Pick<ContractFrame, "function" | "args"> {
  const unknown = { function: null, args: [{ name: "", type: "bytes", value: toHex(input) }] };
  if (abi === undefined) return unknown;
  try {
    if (entry === "deploy") {
      const { inputs } = abi.deploy;
      return { function: "constructor", args: argumentsOf(inputs, AbiCoder.defaultAbiCoder().decode(inputs, input)) };
    }
    const fragment = input.length < 4 ? null : abi.getFunction(toHex(input.subarray(0, 4)));
    if (fragment === null) return unknown;
    return {
      function: fragment.format(),
      args: argumentsOf(fragment.inputs, abi.decodeFunctionData(fragment, input)),
    };
  } catch {
    // A test may send anything; what does not decode is shown as it is.
    return unknown;
  }
}

function argumentsOf(inputs: readonly { name: string; type: string }[], values: readonly unknown[]): TraceArgument[] {
  return inputs.map(({ name, type }, index) => ({ name, type, value: values[index] }));
}

function describeOutcome(outcome: RunOutcome | undefined, abi: Interface | undefined): string {
  if (outcome === undefined) return "not run";
  const { data = new Uint8Array() } = outcome;
  switch (outcome.kind) {
    case "reverted": {
      if (abi === undefined) return `reverted ${toHex(data)}`;
      const { name, signature, args } = errorOf(data, abi);
      return signature === null ? `reverted ${toHex(data)}` : `reverted ${name}(${args.join(", ")})`;
    }
    case "panicked":
      return `panicked "${new TextDecoder().decode(data).replace(/\s+/g, " ")}"`;
    case "trapped":
      return `trapped ${outcome.trap}`;
    default:
      return outcome.kind;
  }
}

function resultOf({ outcome }: RecordedFrame, called: string | null, abi: Interface | undefined): unknown {
  if (outcome?.kind !== "returned" || called === null || called === "constructor" || abi === undefined)
    return undefined;
  try {
    const values = abi.decodeFunctionResult(called, outcome.data ?? new Uint8Array());
    if (values.length === 0) return undefined;
    return values.length === 1 ? values[0] : values;
  } catch {
    return toHex(outcome.data ?? new Uint8Array());
  }
}
