/**
 * How tasks come in: from users, by gossip, from peers that are asked, and with their records on Ethereum. All are checked in
 * the same way, stored, and given to the executor if this worker is selected. A task whose record was mined again, after the
 * chain went back, takes the place of the one before.
 *
 * The worker that took a task from its user answers for it: while it is open, it gossips it again from time to time, so that
 * a selected worker that was down, or a message that was lost, delays it but does not lose it.
 */

import type { PeerId } from "@libp2p/interface";
import type { TaskMessage } from "../p2p/gossip-message.ts";
import type { P2pNode, Verdict } from "../p2p/p2p-node.ts";
import { TASKS_PROTOCOL } from "../p2p/stream-protocol.ts";
import type { Clock } from "../protocol/clock.ts";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import { type Address, fromHex, type Hash, ZERO_ADDRESS } from "../protocol/hex.ts";
import { keccak } from "../protocol/keccak.ts";
import type { Logger } from "../protocol/logger.ts";
import type { TaskSource } from "../protocol/node-event.ts";
import type { Observe } from "../protocol/observer.ts";
import { backoff, pause } from "../protocol/retry.ts";
import type { SendTaskParams, SendTaskResult } from "../protocol/rpc-types.ts";
import { decodeTaskRecord, encodeTaskRecord, TASK_KIND, type TaskRecord } from "../protocol/task-record.ts";
import type { Store } from "../storage/store.ts";
import type { AwaitedModules } from "./awaited-modules.ts";
import type { ChainState, PostedInput } from "./chain-state.ts";
import type { Executor } from "./executor.ts";
import type { OpenTask } from "./open-task.ts";
import { FIRST_TASK } from "./peer-answers.ts";
import { groupOf, type TaskAdmission, touchedCode } from "./task-admission.ts";
import type { TaskBook } from "./task-book.ts";
import type { TaskPool } from "./task-pool.ts";

export interface TaskIntakeOptions {
  readonly worker: Address;
  readonly chain: ChainState;
  readonly store: Store;
  readonly pool: TaskPool;
  readonly book: TaskBook;
  readonly admission: TaskAdmission;
  readonly executor: Executor;
  readonly awaitedModules: Pick<AwaitedModules, "search">;
  readonly p2p: P2pNode;
  readonly isSettled: (taskId: Hash) => boolean;
  readonly clock: Clock;
  readonly log: Logger;
  readonly observe: Observe;
  readonly signal: AbortSignal;
}

const GOSSIP_AGAIN_MS = 5_000;
const GOSSIP_AGAIN_MOST = 100;

/** Faults of the task itself: a peer that gossips such a task is to blame. */
const PEER_FAULTS = new Set(["input-hash-mismatch", "record-mismatch"]);

export class TaskIntake {
  private readonly options: TaskIntakeOptions;
  /** Open tasks that users sent to this worker, and when they were gossiped last. */
  private readonly fromUsers = new Map<Hash, number>();
  /** Resolves when all tasks that came with their records are stored. */
  private fromRecords: Promise<void> = Promise.resolve();
  private cancelGossipAgain: () => void = () => {};

  constructor(options: TaskIntakeOptions) {
    this.options = options;
    options.signal.addEventListener("abort", () => this.cancelGossipAgain(), { once: true });
    this.gossipAgainLater();
  }

  /**
   * Takes a task from its user. Sending it again changes nothing.
   *
   * @throws EnigmaError as `TaskAdmission` does
   */
  async fromUser(params: SendTaskParams): Promise<SendTaskResult> {
    const { admission, pool, isSettled, clock } = this.options;
    const taskId = admission.taskIdOf(params.record);
    const recordHash = keccak(encodeTaskRecord(params.record));
    if (pool.get(taskId)?.recordHash !== recordHash) {
      const task = await admission.check(params);
      await admission.checkModule(params.record, params.module);
      // It may have come another way, and ended, while it was checked: executed again, it would be refused for ever.
      if (isSettled(taskId)) throw new EnigmaError("task-already-settled", { data: { taskId } });
      const stored = this.accept(task, "user");
      this.fromUsers.set(taskId, clock.now());
      await Promise.all([stored, this.gossip(task)]);
    }
    return { taskId, worker: pool.workerOf(taskId) ?? ZERO_ADDRESS };
  }

  /**
   * Takes a task with the input that stands beside its record, or that came before the chain went back. Where it has ended
   * meanwhile, nothing happens. Whatever else fails is tried again as long as the record stands: nobody sends such a task a
   * second time, and the selected worker answers for it with its stake. Never rejects.
   */
  fromRecord(taskId: Hash, record: TaskRecord, posted: PostedInput): void {
    const { clock, signal, log } = this.options;
    const take = this.takingFromRecord(taskId, record, posted);
    const insist = async (): Promise<void> => {
      for (let attempt = 0; !signal.aborted; attempt += 1) {
        try {
          return await take();
        } catch (error) {
          if (signal.aborted) return;
          const code = error instanceof EnigmaError ? error.code : "unexpected";
          log.warn("posted-task-not-taken", { taskId, attempt, code, reason: String(error) });
          await pause(clock, backoff(attempt), signal);
        }
      }
    };
    this.fromRecords = Promise.all([this.fromRecords, insist()]).then(() => {});
  }

  /** Resolves when all tasks that came with their records so far are stored. */
  idle(): Promise<void> {
    return this.fromRecords;
  }

  /** Judges a gossiped task. */
  async fromGossip(message: TaskMessage): Promise<Verdict> {
    try {
      return (await this.take(message, "gossip")) ? "accept" : "ignore";
    } catch (error) {
      if (!(error instanceof EnigmaError)) throw error;
      return PEER_FAULTS.has(error.code) ? "reject" : "ignore";
    }
  }

  /** Asks a peer for the open tasks that it knows. */
  async fromPeer(peer: PeerId): Promise<void> {
    const { log, admission, p2p } = this.options;
    try {
      for (let after: Uint8Array = FIRST_TASK; ; ) {
        const { tasks } = await p2p.ask(peer, TASKS_PROTOCOL, { after });
        const last = tasks.at(-1);
        if (last === undefined) return;
        for (const task of tasks) await this.takeQuietly(task);
        const next = fromHex(admission.taskIdOf(decodeTaskRecord(last.record)), 32);
        if (Buffer.compare(next, after) <= 0) return;
        after = next;
      }
    } catch (error) {
      log.warn("open-tasks-not-asked", {
        peer: peer.toString(),
        code: error instanceof EnigmaError ? error.code : "unexpected",
      });
    }
  }

  /** Takes up a task that was admitted before a restart. */
  resume(task: OpenTask): void {
    const { pool, book } = this.options;
    pool.add(task);
    book.advance(task.taskId, task.record.sender, pool.workerOf(task.taskId), "accepted");
    this.assign(task);
  }

  /** Lets go of a task whose record has left the chain. Its input stays stored, for the record that may come again. */
  async forget(task: OpenTask): Promise<void> {
    const { pool, book, executor } = this.options;
    pool.remove(task.taskId);
    book.forget(task.taskId);
    await executor.letGo(task);
  }

  /** Gives every open task to whoever is selected for it now. */
  assignAll(): void {
    const { pool, book } = this.options;
    for (const task of pool.all()) {
      const worker = pool.workerOf(task.taskId);
      if (worker !== undefined) book.reassign(task.taskId, worker);
      this.assign(task);
    }
  }

  private takingFromRecord(taskId: Hash, record: TaskRecord, { input, userKey }: PostedInput): () => Promise<void> {
    const { chain, pool, isSettled, store } = this.options;
    const recordBytes = encodeTaskRecord(record);
    const recordHash = keccak(recordBytes);
    let isUnstored = false;
    return async () => {
      const isKnown = pool.get(taskId)?.recordHash === recordHash;
      if (isSettled(taskId) || (isKnown && !isUnstored)) return;
      if (isKnown) return store.tasks.add(taskId, { record: recordBytes, input, userKey });
      if ((await chain.view.contract.taskSlot(taskId)) !== recordHash) return;
      const group = await groupOf(chain, record);
      const touches = await touchedCode(chain, taskId, record);
      if (isSettled(taskId)) return;
      isUnstored = true;
      await this.accept({ taskId, record, recordBytes, recordHash, input, userKey, group, touches }, "chain");
    };
  }

  private async takeQuietly(message: TaskMessage): Promise<void> {
    try {
      await this.take(message, "peer");
    } catch (error) {
      if (!(error instanceof EnigmaError)) throw error; // a task that is refused is simply not taken
    }
  }

  /** Takes a task from a peer; false where it is known or has ended already. */
  private async take(message: TaskMessage, source: TaskSource): Promise<boolean> {
    const { admission, pool, isSettled } = this.options;
    const record = decodeTaskRecord(message.record);
    const taskId = admission.taskIdOf(record);
    if (pool.get(taskId)?.recordHash === keccak(message.record) || isSettled(taskId)) return false;
    const task = await admission.check({ record, input: message.input, userKey: message.userKey });
    if (pool.holds(task) || isSettled(taskId)) return false;
    await this.accept(task, source);
    return true;
  }

  private accept(task: OpenTask, source: TaskSource): Promise<void> {
    const { pool, book, store, observe, executor } = this.options;
    const { taskId, record, recordBytes, input, userKey } = task;
    if (pool.holds(task)) return Promise.resolve();
    const before = pool.get(taskId);
    pool.add(task);
    if (before !== undefined) void executor.letGo(before);
    const stored = store.tasks.add(taskId, { record: recordBytes, input, userKey });
    const worker = pool.workerOf(taskId) ?? ZERO_ADDRESS;
    const { secretContract, inputHash } = record;
    observe({ kind: "task-received", taskId, source, secretContract, inputBytes: input.length, inputHash, worker });
    book.advance(taskId, record.sender, worker, "accepted");
    this.assign(task);
    return stored;
  }

  private assign(task: OpenTask): void {
    const { pool, worker, executor, store, awaitedModules } = this.options;
    if (pool.workerOf(task.taskId) !== worker || !pool.isExecutable(task)) return;
    const { kind, codeHash } = task.record;
    if (kind !== TASK_KIND.deploy || store.modules.has(codeHash)) executor.add(task);
    else awaitedModules.search(task, (found) => this.assign(found));
  }

  private async gossip({ taskId, recordBytes, input, userKey }: OpenTask): Promise<void> {
    const messageBytes = await this.options.p2p.publishTask({ record: recordBytes, input, userKey });
    this.options.observe({ kind: "task-gossiped", taskId, messageBytes });
  }

  private gossipAgainLater(): void {
    const { clock, signal, log } = this.options;
    if (signal.aborted) return;
    this.cancelGossipAgain = clock.after(GOSSIP_AGAIN_MS, () => {
      this.gossipAgain().catch((error: unknown) => log.warn("tasks-not-gossiped", { reason: String(error) }));
      this.gossipAgainLater();
    });
  }

  private async gossipAgain(): Promise<void> {
    const { pool, worker, clock } = this.options;
    let left = GOSSIP_AGAIN_MOST;
    for (const [taskId, gossipedAt] of this.fromUsers) {
      const task = pool.get(taskId);
      if (task === undefined) {
        this.fromUsers.delete(taskId);
      } else if (left > 0 && clock.now() - gossipedAt >= GOSSIP_AGAIN_MS && pool.workerOf(taskId) !== worker) {
        left -= 1;
        this.fromUsers.set(taskId, clock.now());
        await this.gossip(task);
      }
    }
  }
}
