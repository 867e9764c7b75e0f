/** Answers peers on the stream protocols from the store. */

import type { P2pNode } from "../p2p/p2p-node.ts";
import { CODE_PROTOCOL, firstPage, LOG_PROTOCOL, RESULT_PROTOCOL, TASKS_PROTOCOL } from "../p2p/stream-protocol.ts";
import { type Address, addressFromBytes, fromHex, hashFromBytes, toHex } from "../protocol/hex.ts";
import { logEntryToCbor } from "../protocol/log-entry-cbor.ts";
import type { Store } from "../storage/store.ts";
import type { OpenTask } from "./open-task.ts";
import type { ResultIntake } from "./result-intake.ts";
import type { TaskPool } from "./task-pool.ts";

/** Serves modules, log entries, results and open tasks. */
export async function answerPeers(p2p: P2pNode, store: Store, pool: TaskPool, results: ResultIntake): Promise<void> {
  await p2p.serve(CODE_PROTOCOL, ({ codeHash }) => ({ module: store.modules.get(hashFromBytes(codeHash)) ?? null }));
  await p2p.serve(LOG_PROTOCOL, ({ secretContract, from }) => ({
    entries: logPage(store, addressFromBytes(secretContract), Number(from)),
  }));
  await p2p.serve(RESULT_PROTOCOL, ({ taskId }) => ({ result: results.messageOf(hashFromBytes(taskId)) }));
  await p2p.serve(TASKS_PROTOCOL, ({ after }) => ({ tasks: taskPage(pool, toHex(after)) }));
}

function logPage(store: Store, secretContract: Address, from: number) {
  const entries = store.log.entries(secretContract, from);
  return firstPage(entries, ({ ciphertext }) => ciphertext.length).map(logEntryToCbor);
}

function taskPage(pool: TaskPool, after: string) {
  const later = [...pool.all()].filter(({ taskId }) => taskId > after).sort(byId);
  const page = firstPage(later, ({ recordBytes, input }) => recordBytes.length + input.length);
  return page.map(({ recordBytes, input, userKey }) => ({ record: recordBytes, input, userKey }));
}

function byId(left: OpenTask, right: OpenTask): number {
  return left.taskId < right.taskId ? -1 : 1;
}

/** The first page's `after`: below every id. */
export const FIRST_TASK = fromHex(`0x${"00".repeat(32)}`, 32);
