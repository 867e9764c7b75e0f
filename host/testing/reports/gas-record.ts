/**
 * Writes down what calls cost while a report is wanted. Test files run in processes and threads of their own; each writes a file of
 * its own into a folder that the reporter has named in the environment, one line a call, so that whatever becomes of a process,
 * what it wrote is there.
 */
import { appendFileSync } from "node:fs";
import path from "node:path";
import { threadId } from "node:worker_threads";
import { AEAD_OVERHEAD } from "../../protocol/aead.ts";
import { isEnigmaError } from "../../protocol/errors/enigma-error.ts";
import { paddedLength } from "../../protocol/padding.ts";
import type { Executed } from "../contract/executor.ts";
import type { Trace, TraceFrame } from "../contract/trace.ts";

/** Names the folder while a reporter collects. */
export const GAS_FOLDER = "ENIGMA_GAS_FOLDER";
/** Set to 1, each test file prints its own report where no reporter collects. */
export const GAS_REPORT = "ENIGMA_GAS_REPORT";

/** What one call cost. */
export interface GasRecord {
  /** The artifact's name, or the address of a contract without one. */
  readonly contract: string;
  /** Such as `transfer(address,uint256)`. */
  readonly function: string;
  readonly gasUsed: bigint;
  /** Gas of the input, before the first instruction; at most all of it. */
  readonly intrinsic: bigint;
  /** Gas by host call, where the call was run again to find out. */
  readonly hostCalls: Readonly<Record<string, bigint>> | undefined;
}

/** Base price of a call; one more for each byte of its encrypted input. */
const CALL_GAS = 10_000n;
/** Calls of each function that are run again for their host calls. */
const TRACED_CALLS = 3;

/** Asked once: tests call contracts tens of thousands of times a second, and the environment does not change. */
const FOLDER = process.env[GAS_FOLDER];
const RECORDS = FOLDER !== undefined || process.env[GAS_REPORT] === "1";

const traced = new Map<string, number>();
const kept: GasRecord[] = [];

/** What this process has recorded without a folder to write to. */
export function keptRecords(): readonly GasRecord[] {
  return kept;
}

/** Says whether anybody wants to know. */
export function recordsGas(): boolean {
  return RECORDS;
}

/** Notes what a call cost; nothing where no report is wanted, or where it cost nothing. Never rejects for lack of a trace. */
export async function recordGas(
  called: { readonly contract: string; readonly function: string; readonly calldata: Uint8Array },
  executed: Executed,
): Promise<void> {
  const { gasUsed } = executed.observed;
  if (gasUsed === 0n) return;
  const intrinsic = CALL_GAS + BigInt(AEAD_OVERHEAD + paddedLength(called.calldata.length));
  const record: GasRecord = {
    ...{ contract: called.contract, function: called.function, gasUsed },
    intrinsic: intrinsic < gasUsed ? intrinsic : gasUsed,
    hostCalls: await hostCallsOf(`${called.contract}.${called.function}`, executed),
  };
  if (FOLDER === undefined) kept.push(record);
  else appendFileSync(path.join(FOLDER, `${process.pid}-${threadId}.jsonl`), `${encodeGasRecord(record)}\n`);
}

/** One line of JSON. */
export function encodeGasRecord(record: GasRecord): string {
  return JSON.stringify(record, (_, value: unknown) => (typeof value === "bigint" ? value.toString() : value));
}

/** @throws SyntaxError for what `encodeGasRecord` does not write */
export function decodeGasRecord(line: string): GasRecord {
  const record = JSON.parse(line) as EncodedRecord;
  return {
    ...{ contract: record.contract, function: record.function },
    ...{ gasUsed: BigInt(record.gasUsed), intrinsic: BigInt(record.intrinsic) },
    hostCalls:
      record.hostCalls === undefined
        ? undefined
        : Object.fromEntries(Object.entries(record.hostCalls).map(([name, gas]) => [name, BigInt(gas)])),
  };
}

interface EncodedRecord extends Pick<GasRecord, "contract" | "function"> {
  readonly gasUsed: string;
  readonly intrinsic: string;
  readonly hostCalls?: Readonly<Record<string, string>>;
}

async function hostCallsOf(name: string, executed: Executed): Promise<Record<string, bigint> | undefined> {
  const before = traced.get(name) ?? 0;
  if (before === TRACED_CALLS) return undefined;
  traced.set(name, before + 1);
  let trace: Trace;
  try {
    trace = await executed.trace();
  } catch (error) {
    if (isEnigmaError(error, "trace-unavailable")) return undefined;
    throw error;
  }
  const gas: Record<string, bigint> = {};
  addHostCalls(trace.root.children, gas);
  return gas;
}

function addHostCalls(frames: readonly TraceFrame[], gas: Record<string, bigint>): void {
  for (const frame of frames) {
    // What a called contract spends is in the gas of the call; its own host calls are told apart below it.
    const below = frame.children.reduce((sum, child) => sum + child.gas, 0n);
    if (frame.kind === "host") gas[frame.name] = (gas[frame.name] ?? 0n) + frame.gas - below;
    addHostCalls(frame.children, gas);
  }
}
