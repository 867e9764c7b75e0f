import { type Address, fromHex, type Hash } from "../protocol/hex.ts";
import { decodeTaskRecord, type TaskRecord } from "../protocol/task-record.ts";
import { enigmaInterface } from "./enigma-interface.ts";
import type { EthereumReceipt } from "./ethereum-endpoint.ts";

const RECORD_CREATED = enigmaInterface.getEvent("RecordCreated")?.topicHash;

/** The record that a transaction created for a task, or undefined if it created none. */
export function recordOf(receipt: EthereumReceipt, enigma: Address, taskId: Hash): TaskRecord | undefined {
  const log = receipt.logs.find(
    ({ address, topics }) => topics[0] === RECORD_CREATED && topics[1] === taskId && address.toLowerCase() === enigma,
  );
  // The record is the event's one field that is not indexed, and it is static: the data is its encoding.
  return log && decodeTaskRecord(fromHex(log.data));
}
