/** An executed task from what was stored of it before its receipt was sent. */

import { logEntryFromCbor } from "../protocol/log-entry-cbor.ts";
import { decodeReceipt, receiptHash } from "../protocol/receipt.ts";
import type { PreparedReceipt } from "../storage/prepared-receipt-store.ts";
import type { ExecutedTask } from "./lane.ts";
import type { OpenTask } from "./open-task.ts";

export function executedTask(task: OpenTask, prepared: PreparedReceipt): ExecutedTask {
  const receipt = decodeReceipt(prepared.receipt);
  const { signature, sealedOutput, entry } = prepared;
  return {
    task,
    receipt,
    receiptHash: receiptHash(receipt),
    signature,
    entry: entry && logEntryFromCbor(entry),
    sealedOutput,
  };
}
