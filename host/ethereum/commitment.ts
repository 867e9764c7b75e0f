import { Interface } from "ethers";
import { concatBytes } from "../protocol/bytes.ts";
import { fromHex, type Hex, toHex } from "../protocol/hex.ts";
import { encodeReceipt, type Receipt } from "../protocol/receipt.ts";
import { encodeTaskRecord, TASK_RECORD_BYTES, type TaskRecord } from "../protocol/task-record.ts";
import { enigmaAbi } from "./generated/enigma-abi.ts";

/** One element of a batch of receipts. */
export interface Commitment {
  readonly record: TaskRecord;
  readonly receipt: Receipt;
  /** r ‖ s ‖ v by the worker's enclave, 65 bytes. */
  readonly signature: Uint8Array;
}

const WORD = 32;
const SELECTOR = fromHex(new Interface(enigmaAbi).getFunction("commitReceipts")?.selector ?? "");

/**
 * Calldata of `commitReceipts`, as the ABI says, put together from the encodings that records and receipts have
 * anyway: a general coder takes many times as long, for every receipt of every batch.
 */
export function encodeCommitReceipts(commitments: readonly Commitment[]): Hex {
  const elements = commitments.map(encodeCommitment);
  const offsets: Uint8Array[] = [];
  let offset = elements.length * WORD;
  for (const element of elements) {
    offsets.push(word(offset));
    offset += element.length;
  }
  return toHex(concatBytes(SELECTOR, word(WORD), word(elements.length), ...offsets, ...elements));
}

/** A tuple of one static member and two dynamic ones: their offsets, then their contents. */
function encodeCommitment({ record, receipt, signature }: Commitment): Uint8Array {
  // An encoded receipt starts with the offset that it has as the only value of a call; here it stands elsewhere.
  const receiptTuple = encodeReceipt(receipt).subarray(WORD);
  const head = TASK_RECORD_BYTES + 2 * WORD;
  const padded = new Uint8Array(Math.ceil(signature.length / WORD) * WORD);
  padded.set(signature);
  return concatBytes(
    encodeTaskRecord(record),
    word(head),
    word(head + receiptTuple.length),
    receiptTuple,
    word(signature.length),
    padded,
  );
}

function word(value: number): Uint8Array {
  const bytes = new Uint8Array(WORD);
  new DataView(bytes.buffer).setUint32(WORD - 4, value);
  return bytes;
}
