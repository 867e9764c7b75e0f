/** Answers peers on the stream protocols: from the store, and views from the enclave. */

import type { P2pNode } from "../p2p/p2p-node.ts";
import {
  CODE_PROTOCOL,
  firstPage,
  LOG_PROTOCOL,
  RESULT_PROTOCOL,
  TASKS_PROTOCOL,
  VIEW_PROTOCOL,
} from "../p2p/stream-protocol.ts";
import { type Address, addressFromBytes, fromHex, hashFromBytes, toHex, ZERO_HASH } from "../protocol/hex.ts";
import { logEntryToCbor } from "../protocol/log-entry-cbor.ts";
import { isPosted } from "../protocol/task-record.ts";
import type { Store } from "../storage/store.ts";
import type { OpenTask } from "./open-task.ts";
import type { ResultIntake } from "./result-intake.ts";
import type { TaskPool } from "./task-pool.ts";
import type { ViewService } from "./view-service.ts";

/** What the answers are taken from. */
export interface PeerAnswerSources {
  readonly store: Store;
  readonly pool: TaskPool;
  readonly results: ResultIntake;
  readonly views: ViewService;
}

/** Serves modules, log entries, results, open tasks and views. */
export async function answerPeers(p2p: P2pNode, { store, pool, results, views }: PeerAnswerSources): Promise<void> {
  await p2p.serve(CODE_PROTOCOL, ({ codeHash }) => ({ module: store.modules.get(hashFromBytes(codeHash)) ?? null }));
  await p2p.serve(LOG_PROTOCOL, ({ secretContract, from }) =>
    logPage(store, addressFromBytes(secretContract), from === null ? null : Number(from)),
  );
  await p2p.serve(RESULT_PROTOCOL, ({ taskId }) => ({ result: results.messageOf(hashFromBytes(taskId)) }));
  await p2p.serve(TASKS_PROTOCOL, ({ after }) => ({ tasks: taskPage(pool, toHex(after)) }));
  await p2p.serve(VIEW_PROTOCOL, (question) => views.answerPeer(question));
}

/** Entries from an index on, or from where the state is rebuilt; none where the log does not begin so early. */
function logPage({ log }: Store, secretContract: Address, from: number | null) {
  const index = from ?? log.start(secretContract).index;
  const stateBefore = log.stateBefore(secretContract, index);
  const entries = firstPage(log.entries(secretContract, index), ({ ciphertext }) => ciphertext.length);
  if (stateBefore === undefined || (entries[0] !== undefined && Number(entries[0].index) !== index)) {
    return { stateBefore: fromHex(ZERO_HASH, 32), entries: [] };
  }
  return { stateBefore: fromHex(stateBefore, 32), entries: entries.map(logEntryToCbor) };
}

function taskPage(pool: TaskPool, after: string) {
  // Those with posted inputs stand on the chain.
  const later = [...pool.all()].filter(({ taskId, record }) => taskId > after && !isPosted(record)).sort(byId);
  const page = firstPage(later, ({ recordBytes, input }) => recordBytes.length + input.length);
  return page.map(({ recordBytes, input, userKey }) => ({ record: recordBytes, input, userKey }));
}

function byId(left: OpenTask, right: OpenTask): number {
  return left.taskId < right.taskId ? -1 : 1;
}

/** The first page's `after`: below every id. */
export const FIRST_TASK = fromHex(`0x${"00".repeat(32)}`, 32);
