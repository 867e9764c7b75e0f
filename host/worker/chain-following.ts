/** Lets the chain's blocks flow through the parts of a worker. */

import type { ChainBlock } from "../ethereum/chain-view.ts";
import type { EnigmaEvent, RecordCreated } from "../ethereum/enigma-events.ts";
import { inputHash } from "../protocol/input-hash.ts";
import type { WorkerBase, WorkerParts } from "./worker-parts.ts";
import { rollBack } from "./worker-recovery.ts";

/** Blocks between two writes of the cursor; a restart reads at most so many again. */
const CURSOR_BLOCKS = 16n;

/**
 * Follows the chain until the worker stops; the returned function waits for the end.
 *
 * @param onFailure called when following ends for another reason: a worker that sees no blocks any more must not seem to work
 */
export function followChain(base: WorkerBase, parts: WorkerParts, onFailure: () => void): () => Promise<void> {
  const { chain, store, signal, options } = base;
  const { clock, log } = options;
  const { executor, intake, handOver } = parts;
  const following = chain.run(
    store.cursor.get(),
    {
      onEvent: (event) => takeEvent(event, base, parts),
      onBlock: (block) => takeBlock(block, base, parts),
      onEpoch: () => {
        void handOver.turned();
        parts.pool.reconsider();
        executor.reselect();
        intake.assignAll();
      },
      onRollback: (to) => rollBack({ ...base, ...parts, clock, log }, to),
    },
    signal,
  );
  const done = following.catch((error: unknown) => {
    if (signal.aborted) return;
    log.error("chain-not-followed", { reason: String(error), consequence: "the worker stops" });
    onFailure();
  });
  return () => done;
}

function takeEvent(event: EnigmaEvent, base: WorkerBase, { book, settler, executor, intake }: WorkerParts): void {
  const { chain, options } = base;
  if (event.name === "RecordCreated") {
    const group = chain.groupOf(event.record);
    const worker = group && chain.selectedWorker(group);
    if (settler.settlement(event.taskId) === undefined) book.advance(event.taskId, event.sender, worker, "submitted");
    const { taskId, sender, secretContract, record, blockNumber } = event;
    const indexed = { taskId, sender, secretContract, kind: record.kind, blockNumber };
    base.store.index.put(indexed).catch(() => {}); // a worker that stops has closed its store: its next start reads the block again
    const input = inputOf(event, base);
    if (input !== undefined) intake.fromRecord(event.taskId, event.record, input);
  } else if (event.name === "TaskRefunded") {
    settler.refunded(event);
  } else if (event.name === "StateMoved") {
    const group = chain.knownGroup(event.secretContract);
    const isMine = group !== undefined && chain.selectedWorker(group) === options.account.address;
    if (!isMine) executor.stateMoved(event.secretContract);
  }
}

/** The input of a task that is known when its record is: it stands beside it, or came before the chain went back. */
function inputOf({ taskId, record }: RecordCreated, { chain, store }: WorkerBase) {
  const posted = chain.takePostedInput(taskId);
  if (posted !== undefined) return posted;
  const stored = store.tasks.get(taskId);
  return stored !== undefined && inputHash(stored.input, stored.userKey) === record.inputHash ? stored : undefined;
}

function takeBlock(block: ChainBlock, { store, observe, chain, signal }: WorkerBase, parts: WorkerParts): void {
  const { settler, intake, handOver } = parts;
  const settled = block.events.filter((event) => event.name === "TaskSettled");
  if (settled.length > 0) void settler.settled(settled);
  const epochs = block.events.filter((event) => event.name === "EpochSet");
  for (const { number } of epochs) observe({ kind: "epoch-set", epoch: number, workers: chain.workersOf(number) });
  if (epochs.length > 0) void handOver.epochSet();
  // The cursor may lag but never lead: it moves when what the block brought is stored, and not for every block.
  const { number, hash } = block;
  if (number % CURSOR_BLOCKS !== 0n) return;
  const moveCursor = async (): Promise<void> => {
    await intake.idle();
    if (!(await settler.idle()) || signal.aborted) return;
    await store.cursor.set({ number, hash });
    await settler.forgetDeep(number);
  };
  moveCursor().catch(() => {}); // a worker that stops has closed its store: its next start reads the blocks again
}
