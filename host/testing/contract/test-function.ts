/** A function of a contract, as a method that calls it and as a thing that matchers can ask about. */
import type { FunctionFragment, Interface } from "ethers";
import { EnigmaError } from "../../protocol/errors/enigma-error.ts";
import { type Address, address } from "../../protocol/hex.ts";
import { sortedTouches } from "../../protocol/touches.ts";
import { recordGas, recordsGas } from "../reports/gas-record.ts";
import { type FunctionCodec, functionCodec } from "./abi-codec.ts";
import type { Account } from "./account.ts";
import { Call, type CallOutcome, ViewCall } from "./call.ts";
import { CallFailed } from "./call-failed.ts";
import { callResult } from "./call-result.ts";
import { CALL_OPTIONS, type CallOptions, type Executed, type ExecutionOrder, type Executor } from "./executor.ts";

/** What contracts of one bed are made with. */
export interface ContractBed {
  readonly executor: Executor;
  /** The ABI of a contract of this bed. */
  readonly abiOf: (contract: Address) => Interface | undefined;
}

/** What a function knows of itself. */
export interface TestFunctionFacts {
  /** Address of its contract. */
  readonly contract: Address;
  /** The artifact's name, where the contract has one. */
  readonly contractName: string | undefined;
  readonly fragment: FunctionFragment;
  readonly abi: Interface;
  readonly executor: Executor;
  /** What an executor is to run for these arguments. @throws EnigmaError `bad-arguments`, `touches-invalid`, `invalid-params` */
  order(args: readonly unknown[]): ExecutionOrder;
}

/** A function whose types are not known. */
export type UntypedTestFunction = ((...args: readonly unknown[]) => Call | ViewCall) & TestFunctionFacts;

/** Whose function it is. */
export interface TestFunctionPlace {
  readonly bed: ContractBed;
  readonly contract: Address;
  readonly contractName: string | undefined;
  readonly abi: Interface;
  /** Undefined: the bed's default. */
  readonly from: Account | undefined;
}

/** Makes the method of a function. */
export function testFunction(place: TestFunctionPlace, fragment: FunctionFragment): UntypedTestFunction {
  const { bed, contract, contractName, abi } = place;
  const codec = functionCodec(abi, fragment);
  const order = (args: readonly unknown[]): ExecutionOrder => orderOf(place, fragment, codec, args);
  const call = (...args: readonly unknown[]): Call | ViewCall => {
    const outcome = run(place, method, codec, args);
    return fragment.constant ? new ViewCall(method, outcome) : new Call(method, outcome);
  };
  const method: UntypedTestFunction = Object.assign(call, {
    ...{ contract, contractName, fragment, abi, executor: bed.executor, order },
  });
  return method;
}

async function run(
  place: TestFunctionPlace,
  method: TestFunctionFacts,
  codec: FunctionCodec,
  args: readonly unknown[],
): Promise<CallOutcome> {
  const order = method.order(args);
  const executed = await method.executor.execute(order);
  if (recordsGas()) await record(method, order, executed);
  return outcomeOf(executed, place, method.fragment, codec);
}

function record(method: TestFunctionFacts, { calldata }: ExecutionOrder, executed: Executed): Promise<void> {
  const { contract, contractName = contract, fragment } = method;
  return recordGas({ contract: contractName, function: fragment.format(), calldata }, executed);
}

/** Reads an execution; with the trace where it failed. */
export async function outcomeOf(
  executed: Executed,
  { bed, abi }: Pick<TestFunctionPlace, "bed" | "abi">,
  fragment: FunctionFragment | undefined,
  codec?: FunctionCodec,
): Promise<CallOutcome> {
  const result = callResult(executed, { fragment, abi, abiOf: bed.abiOf, decode: codec?.decode });
  if (result.ending?.name === "returned") return { result, failure: undefined };
  const trace = await traceText(executed);
  return { result, failure: new CallFailed(result, fragment?.format() ?? "constructor", abi, trace) };
}

async function traceText(executed: Executed): Promise<string | undefined> {
  try {
    return (await executed.trace()).toString();
  } catch (error) {
    if (error instanceof EnigmaError) return undefined;
    throw error;
  }
}

function orderOf(
  place: TestFunctionPlace,
  fragment: FunctionFragment,
  codec: FunctionCodec,
  args: readonly unknown[],
): ExecutionOrder {
  const { values, options } = splitOptions(args, fragment.inputs.length);
  return {
    contract: place.contract,
    calldata: codec.encode(values),
    from: options.from ?? place.from ?? place.bed.executor.defaultAccount,
    gasLimit: gas(options.gasLimit),
    callGasLimit: gas(options.callGasLimit),
    touches: touchesOf(place.contract, options.touches),
    view: fragment.constant,
  };
}

function gas(limit: bigint | number | undefined): bigint | undefined {
  return limit === undefined ? undefined : BigInt(limit);
}

const NOTHING: readonly Address[] = [];

function touchesOf(called: Address, touches: CallOptions["touches"] = NOTHING): readonly Address[] {
  if (touches.length === 0) return NOTHING;
  const addresses = touches.map((touched) =>
    address(typeof touched === "string" ? touched : touched.address, "touches"),
  );
  return sortedTouches(called, addresses);
}

/** The arguments, and the options if there is one argument more. */
function splitOptions(args: readonly unknown[], count: number): { values: readonly unknown[]; options: CallOptions } {
  if (args.length !== count + 1) return { values: args, options: {} };
  const last = args[count];
  if (last === undefined) return { values: args.slice(0, count), options: {} };
  return isOptions(last) ? { values: args.slice(0, count), options: last } : { values: args, options: {} };
}

function isOptions(value: unknown): value is CallOptions {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Object.keys(value).every((name) => CALL_OPTIONS.includes(name as (typeof CALL_OPTIONS)[number]));
}
