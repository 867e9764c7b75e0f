/**
 * Checks what the gateway says about a settled task against Ethereum, then opens it.
 *
 * The gateway is trusted with nothing: its receipt must be the one that the task's slot on Ethereum commits to (the
 * Enigma contract has checked the enclave's signature over it), it must be for the record that this client created,
 * and the ciphertext must have the hash that the receipt names. Only then is it decrypted, with the key that this
 * client made for this task alone.
 */
import { open } from "../protocol/aead.ts";
import { associatedData } from "../protocol/associated-data.ts";
import type { EnigmaDomain } from "../protocol/eip712-domain.ts";
import { decodeEnding, type TaskEnding } from "../protocol/ending.ts";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import { type Hash, ZERO_HASH } from "../protocol/hex.ts";
import { keccak } from "../protocol/keccak.ts";
import { OUTCOME, outcomeSlot } from "../protocol/outcome.ts";
import { type Receipt, receiptHash } from "../protocol/receipt.ts";
import type { TaskResult } from "../protocol/rpc-types.ts";
import { recordHash } from "../protocol/task-record.ts";
import type { EnigmaReader } from "./enigma-reader.ts";
import type { EthereumEndpoint } from "./ethereum-endpoint.ts";
import { growingPauses, pause } from "./pause.ts";
import type { CreatedRecord } from "./record-queue.ts";
import { readSettlement, type Settlement } from "./settlement.ts";

type SettledStatus = "committed" | "failed" | "callback-failed";

/** A settled task as Ethereum and the enclave's receipt tell it, and how its execution ended. */
export interface SettledTask {
  readonly taskId: Hash;
  readonly status: SettledStatus;
  readonly receipt: Receipt;
  readonly signature: Uint8Array;
  /** Ciphertext; empty if a required call failed. */
  readonly output: Uint8Array;
  /** What stands in the task's slot on Ethereum. */
  readonly outcomeSlot: Hash;
  /** The Ethereum transaction that settled it. */
  readonly transactionHash: Hash;
  readonly blockNumber: bigint;
  /** Null if a required call failed: then nobody learns what the contract would have answered. */
  readonly ending: TaskEnding | null;
  /** What it did on Ethereum. */
  readonly settlement: Settlement;
}

export interface OpenResultOptions {
  readonly domain: EnigmaDomain;
  readonly reader: EnigmaReader;
  readonly endpoint: EthereumEndpoint;
  readonly taskId: Hash;
  readonly created: CreatedRecord;
  readonly outputKey: Uint8Array;
  readonly result: TaskResult;
}

/** Readings of a slot that the user's endpoint may need to catch up with the gateway's. */
const SLOT_READINGS = 8;

/**
 * @throws `result-mismatch` if the gateway's result is not what stands on Ethereum; `task-refunded`
 */
export async function openResult(options: OpenResultOptions): Promise<SettledTask> {
  const { taskId, result } = options;
  const slot = await readOutcomeSlot(options);
  if (slot === outcomeSlot(OUTCOME.refunded, ZERO_HASH)) throw new EnigmaError("task-refunded", { data: { taskId } });
  const { receipt, signature } = result;
  if (receipt === null || signature === null) throw mismatch("there is no receipt");
  const status = checkReceipt(options, receipt, slot);
  const undone = status === "callback-failed";
  const output = undone ? new Uint8Array() : (result.output ?? new Uint8Array());
  if (!undone && keccak(output) !== receipt.outputHash) throw mismatch("the output has another hash");
  const ending = undone ? null : readEnding(options, output, status);
  const { transactionHash, blockNumber } = result;
  const settlement = await readSettlement(options.endpoint, options.domain.enigma, receipt, transactionHash, undone);
  const onChain = { outcomeSlot: slot, transactionHash, blockNumber, settlement };
  return { taskId, status, receipt, signature, output, ending, ...onChain };
}

function checkReceipt({ taskId, created, result }: OpenResultOptions, receipt: Receipt, slot: Hash): SettledStatus {
  if (result.taskId !== taskId || receipt.taskId !== taskId) throw mismatch("it is of another task");
  if (receipt.recordHash !== recordHash(created.record)) throw mismatch("its receipt is for another record");
  const { status } = result;
  if (status !== "committed" && status !== "failed" && status !== "callback-failed")
    throw mismatch("it is not settled");
  if (slot !== outcomeSlot(OUTCOME[status], receiptHash(receipt))) throw mismatch("its receipt is not the settled one");
  return status;
}

/** The slot once it holds an outcome: the user's endpoint may be some blocks behind the gateway's. */
async function readOutcomeSlot({ reader, taskId, created }: OpenResultOptions): Promise<Hash> {
  const unsettled = recordHash(created.record);
  const pauses = growingPauses(20, 2_000);
  for (let reading = 1; ; reading += 1) {
    const slot = await reader.taskSlot(taskId);
    if (slot !== unsettled) return slot;
    if (reading === SLOT_READINGS) throw mismatch("the task is not settled");
    await pause(pauses.next().value);
  }
}

function readEnding(options: OpenResultOptions, output: Uint8Array, status: "committed" | "failed"): TaskEnding {
  const { domain, taskId, created, outputKey } = options;
  const ending = output.length === 0 ? ({ name: "unusable-key" } as const) : decrypt();
  if ((ending.name === "returned") !== (status === "committed")) throw mismatch("its ending does not fit its status");
  return ending;

  function decrypt(): TaskEnding {
    const { secretContract } = created.record;
    return decodeEnding(open(outputKey, associatedData(domain, { tag: "output", secretContract, taskId }), output));
  }
}

function mismatch(what: string): EnigmaError {
  return new EnigmaError("result-mismatch", { data: { what } });
}
