/** What a stranger heard of a network's tasks, as another enclave can do it again. */
import type { ContractLog } from "../../host/enclave/enclave-client.ts";
import type { ResultMessage, TaskMessage } from "../../host/p2p/gossip-message.ts";
import { addressFromBytes, type Hash, hashFromBytes } from "../../host/protocol/hex.ts";
import { logEntryFromCbor } from "../../host/protocol/log-entry-cbor.ts";
import { taskId as idOf } from "../../host/protocol/task-id.ts";
import { decodeTaskRecord } from "../../host/protocol/task-record.ts";
import type { GossipListener } from "../../host/testing/gossip-listener.ts";
import type { TestNetwork } from "../../host/testing/test-network.ts";

export interface HeardTask {
  readonly taskId: Hash;
  readonly task: TaskMessage;
  readonly result: ResultMessage;
}

/** Tasks with their results, in the order of their execution where each was settled before the next was ordered. */
export function heardHistory({ local }: TestNetwork, gossip: GossipListener): HeardTask[] {
  return gossip.results.map((result) => {
    const taskId = hashFromBytes(result.taskId);
    const task = gossip.tasks.find(({ record }) => {
      const { sender, nonce } = decodeTaskRecord(record);
      return idOf(local.domain, sender, nonce) === taskId;
    });
    if (task === undefined) throw new Error("a result without its task was heard");
    return { taskId, task, result };
  });
}

/** The log entries that a result brought along. */
export function logsIn({ logs }: ResultMessage): ContractLog[] {
  if (logs === null) throw new Error("the log entries were too large to be gossiped");
  return logs.map(({ secretContract, entries }) => ({
    secretContract: addressFromBytes(secretContract),
    entries: entries.map(logEntryFromCbor),
  }));
}
