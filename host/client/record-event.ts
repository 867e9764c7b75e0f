import type { Result } from "ethers";
import { type Address, address, type Hash, hash } from "../protocol/hex.ts";
import { TASK_KIND, type TaskRecord } from "../protocol/task-record.ts";
import { enigmaInterface } from "./enigma-interface.ts";
import type { EthereumReceipt } from "./ethereum-endpoint.ts";

const RECORD_CREATED = enigmaInterface.getEvent("RecordCreated")?.topicHash;

/** The record that a transaction created for a task, or undefined if it created none. */
export function recordOf(receipt: EthereumReceipt, enigma: Address, taskId: Hash): TaskRecord | undefined {
  const log = receipt.logs.find(
    ({ address: emitter, topics }) =>
      topics[0] === RECORD_CREATED && topics[1] === taskId && emitter.toLowerCase() === enigma,
  );
  if (log === undefined) return undefined;
  const event = enigmaInterface.parseLog({ topics: log.topics, data: log.data });
  return readRecord(event?.args.record as Result);
}

function readRecord(fields: Result): TaskRecord {
  return {
    sender: address(fields.sender),
    nonce: fields.nonce,
    kind: Number(fields.kind) === TASK_KIND.deploy ? TASK_KIND.deploy : TASK_KIND.call,
    secretContract: address(fields.secretContract),
    codeHash: hash(fields.codeHash),
    inputHash: hash(fields.inputHash),
    touchesHash: hash(fields.touchesHash),
    gasLimit: fields.gasLimit,
    gasPrice: fields.gasPrice,
    callGasLimit: fields.callGasLimit,
    blockNumber: fields.blockNumber,
    timestamp: fields.timestamp,
    parentHash: hash(fields.parentHash),
    epoch: fields.epoch,
    rules: Number(fields.rules),
  };
}
