/** What is stored of an executed task before its receipt is sent, and the way back after a restart. */

import { effectFromCbor, effectToCbor } from "../protocol/effect.ts";
import { addressFromBytes, fromHex } from "../protocol/hex.ts";
import { logEntryFromCbor, logEntryToCbor } from "../protocol/log-entry-cbor.ts";
import { decodeReceipt, encodeReceipt, receiptHash } from "../protocol/receipt.ts";
import type { PreparedReceipt } from "../storage/prepared-receipt-store.ts";
import type { Store } from "../storage/store.ts";
import type { ExecutedTask } from "./lane.ts";
import type { OpenTask } from "./open-task.ts";

/** Stores executed tasks with their receipts, all or none. Resolves when a kill can no longer undo it. */
export function writeAhead(store: Store, executed: readonly ExecutedTask[]): Promise<void> {
  return store.atomically(() => {
    for (const each of executed) void store.prepared.put(each.task.taskId, preparedReceipt(each));
  });
}

/** An executed task from what was stored of it. */
export function executedTask(task: OpenTask, prepared: PreparedReceipt): ExecutedTask {
  const receipt = decodeReceipt(prepared.receipt);
  const { signature, sealedOutput, logs, effects } = prepared;
  return {
    task,
    receipt,
    receiptHash: receiptHash(receipt),
    signature,
    logs: logs.map(({ secretContract, entries }) => ({
      secretContract: addressFromBytes(secretContract),
      entries: entries.map(logEntryFromCbor),
    })),
    effects: effects.map(effectFromCbor),
    sealedOutput,
  };
}

function preparedReceipt({ receipt, signature, sealedOutput, logs, effects }: ExecutedTask): PreparedReceipt {
  return {
    receipt: encodeReceipt(receipt),
    signature,
    sealedOutput,
    logs: logs.map(({ secretContract, entries }) => ({
      secretContract: fromHex(secretContract, 20),
      entries: entries.map(logEntryToCbor),
    })),
    effects: effects.map(effectToCbor),
  };
}
