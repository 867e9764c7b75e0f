/** What a call came to, decoded by the contract's ABI. */
import type { FunctionFragment, Interface, Result } from "ethers";
import { type ContractEvent, privateEvent, publicEvent, sealedEventOf } from "../../client/contract-event.ts";
import { decodeResult } from "../../client/task.ts";
import { CALL_REFUSALS, parseError } from "../../client/task-failure.ts";
import { EFFECT_KIND, type Effect, eventOf, isRequired } from "../../protocol/effect.ts";
import type { TaskEnding } from "../../protocol/ending.ts";
import type { Address } from "../../protocol/hex.ts";
import { hashFromBytes, toHex } from "../../protocol/hex.ts";
import type { CallStatus, Executed, Observed, Reexecution } from "./executor.ts";
import type { Trace } from "./trace.ts";

/** A declared error that a contract reverted with. */
export interface CallError {
  /** `UnknownError` for revert data that the ABI does not explain. */
  readonly name: string;
  /** Such as `TooPoor(address,uint256)`; null where the ABI does not explain it. */
  readonly signature: string | null;
  readonly args: Result | readonly [];
  /** As the contract returned it, in hex. */
  readonly data: string;
}

/** A call that a contract made to Ethereum. */
export interface EthereumCall {
  readonly kind: "call";
  /** Whether its failure undoes the whole task. */
  readonly required: boolean;
  /** The secret contract whose account calls. */
  readonly source: Address;
  readonly target: Address;
  /** Wei. */
  readonly value: bigint;
  readonly calldata: Uint8Array;
}

/** An event of a contract, decrypted where it was private and for this user. */
export interface EmittedEvent extends ContractEvent {
  readonly kind: "event";
}

export type CallEffect = EthereumCall | EmittedEvent;

/** The result of a call. */
export interface CallResult<T = unknown> {
  readonly status: CallStatus;
  /** Null where a call to Ethereum that was required failed. */
  readonly ending: TaskEnding | null;
  /** What the function returned, as ethers decodes it; undefined unless it did. */
  readonly value: T;
  /** Undefined unless it reverted. */
  readonly error: CallError | undefined;
  readonly gasUsed: bigint;
  /** What the contracts logged by `debug`, in order. */
  readonly logs: readonly string[];
  /** Calls and events, in order. */
  readonly effects: readonly CallEffect[];
  /** What somebody without any key sees of it. */
  readonly observed: Observed;
  /** Whether a value in any touched contract's state is another than before. */
  changedState(): Promise<boolean>;
  /** Executes it once more in other enclaves and compares all bytes; undefined where it left no task to execute. */
  readonly replay: (() => Promise<readonly Reexecution[]>) | undefined;
  /** How it ran. @throws EnigmaError `trace-unavailable` */
  trace(): Promise<Trace>;
}

/** How the bytes of a result are read. */
export interface ResultReading {
  readonly fragment: FunctionFragment | undefined;
  readonly abi: Interface;
  /** The ABI of another contract of the task, where the bed knows it. */
  readonly abiOf: (contract: Address) => Interface | undefined;
  /** Decodes what the function returned; by ethers where none is given. */
  readonly decode?: ((data: Uint8Array) => unknown) | undefined;
}

/** Decodes the bytes of an execution. */
export function callResult(executed: Executed, reading: ResultReading): CallResult {
  const { ending, logs, observed } = executed;
  let effects: readonly CallEffect[] | undefined;
  return {
    ...{ status: observed.status, ending, gasUsed: observed.gasUsed, logs, observed },
    value: ending?.name === "returned" ? returnedValue(ending.result, reading) : undefined,
    error: ending?.name === "reverted" ? errorOf(ending.data, reading.abi) : undefined,
    get effects() {
      effects ??= observed.effects.map((effect, index) => decodeEffect(effect, index, executed, reading));
      return effects;
    },
    changedState: async () => executed.changedState(),
    replay: executed.replay,
    trace: async () => executed.trace(),
  };
}

function returnedValue(data: Uint8Array, { abi, fragment, decode }: ResultReading): unknown {
  if (decode !== undefined) return decode(data);
  return fragment === undefined ? undefined : decodeResult(abi, fragment, data);
}

/** Reads revert data by an ABI. */
export function errorOf(data: Uint8Array, abi: Interface): CallError {
  const hex = toHex(data);
  const parsed = parseError(abi, hex) ?? parseError(CALL_REFUSALS, hex);
  return {
    name: parsed?.name ?? "UnknownError",
    signature: parsed?.signature ?? null,
    args: parsed?.args ?? [],
    data: hex,
  };
}

function decodeEffect(effect: Effect, index: number, { opened }: Executed, { abi, abiOf }: ResultReading): CallEffect {
  const { kind, source, target, value, data } = effect;
  if (kind !== EFFECT_KIND.event)
    return { kind: "call", required: isRequired(effect), source, target, value, calldata: data };
  const log = eventOf(effect);
  const known = abiOf(source) ?? abi;
  const content = opened.find((event) => event.index === index)?.plaintext;
  if (content === undefined || sealedEventOf(log) === undefined)
    return { kind: "event", ...publicEvent(source, log, known) };
  const [topic, args] = [hashFromBytes(content.subarray(0, 32)), content.subarray(32)];
  return { kind: "event", ...privateEvent(source, { topic, args }, known) };
}
