/**
 * Takes in results of tasks that other workers executed.
 *
 * A result counts if its receipt is the one whose hash Ethereum holds and its output is the one whose hash the receipt
 * names; its log entry, if the chain of hashes through it leads to the receipt's state. The contract has verified the
 * signature before it took the receipt, so it is passed on without being recovered again.
 */

import type { ResultMessage } from "../p2p/gossip-message.ts";
import type { P2pNode, Verdict } from "../p2p/p2p-node.ts";
import { RESULT_PROTOCOL } from "../p2p/stream-protocol.ts";
import type { Clock } from "../protocol/clock.ts";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import type { Hash } from "../protocol/hex.ts";
import { fromHex, hashFromBytes } from "../protocol/hex.ts";
import { keccak } from "../protocol/keccak.ts";
import { logEntryFromCbor } from "../protocol/log-entry-cbor.ts";
import type { Logger } from "../protocol/logger.ts";
import type { Observe } from "../protocol/observer.ts";
import { decodeReceipt, type Move, type Receipt, receiptHash } from "../protocol/receipt.ts";
import type { StoredResult } from "../storage/result-store.ts";
import type { Store } from "../storage/store.ts";
import type { LogSupply } from "./log-supply.ts";
import type { Settler } from "./settler.ts";

/** How long a result may be ahead of the block that settles its task. */
const SETTLEMENT_WAIT_MS = 10_000;
/** How long an asker waits for a result to be gossiped before the peers are asked for it. */
const GOSSIP_WAIT_MS = 2_000;

export interface ResultIntakeOptions {
  readonly store: Store;
  readonly settler: Settler;
  readonly logs: LogSupply;
  readonly clock: Clock;
  readonly log: Logger;
  readonly observe: Observe;
}

export class ResultIntake {
  private readonly options: ResultIntakeOptions;
  private readonly waiting = new Map<Hash, Set<() => void>>();

  constructor(options: ResultIntakeOptions) {
    this.options = options;
  }

  /** Judges a result, waiting for its settlement, and keeps it if it counts. */
  async take(message: ResultMessage): Promise<Verdict> {
    const { store, settler } = this.options;
    const taskId = hashFromBytes(message.taskId);
    if (store.results.has(taskId)) return "ignore";
    const settlement = await settler.awaitSettlement(taskId, SETTLEMENT_WAIT_MS);
    if (settlement === undefined || store.results.has(taskId)) return "ignore";
    let receipt: Receipt;
    try {
      receipt = decodeReceipt(message.receipt);
    } catch {
      return "reject"; // malformed: the verdict is all that is said about it
    }
    if (receiptHash(receipt) !== settlement.receiptHash || keccak(message.output) !== receipt.outputHash)
      return "reject";
    if (receipt.recordHash !== keccak(message.record)) return "reject";
    this.keep(taskId, receipt, message);
    return "accept";
  }

  /** The result of a settled task: from the store, soon by gossip, or from a peer. Undefined where none of them has it. */
  async find(taskId: Hash, p2p: P2pNode): Promise<StoredResult | undefined> {
    const { store } = this.options;
    const stored = store.results.get(taskId);
    if (stored !== undefined) return stored;
    await this.arrival(taskId);
    const gossiped = store.results.get(taskId);
    if (gossiped !== undefined) return gossiped;
    await p2p.askAny(RESULT_PROTOCOL, { taskId: fromHex(taskId, 32) }, async ({ result }) =>
      result !== null && (await this.take(result)) === "accept" ? true : undefined,
    );
    return store.results.get(taskId);
  }

  /** The message with which a peer is answered. */
  messageOf(taskId: Hash): ResultMessage | null {
    const { store } = this.options;
    const result = store.results.get(taskId);
    const task = store.tasks.get(taskId);
    if (result === undefined || task === undefined) return null;
    const { receipt, signature, output } = result;
    // Its log entry is asked for by its own protocol.
    return { taskId: fromHex(taskId, 32), record: task.record, receipt, signature, output, entry: null };
  }

  /** Wakes those who wait for a result that has been stored. */
  arrived(taskId: Hash): void {
    for (const resolve of this.waiting.get(taskId) ?? []) resolve();
  }

  private keep(taskId: Hash, receipt: Receipt, { signature, output, receipt: bytes, entry }: ResultMessage): void {
    const { store, observe } = this.options;
    void store.results.put(taskId, { receipt: bytes, signature, output });
    observe({ kind: "result-received", taskId, outputBytes: output.length });
    this.arrived(taskId);
    const [move] = receipt.moves;
    if (move !== undefined && move.stateAfter !== move.stateBefore) this.keepEntry(move, entry);
  }

  private keepEntry({ secretContract, stateAfter }: Move, entry: ResultMessage["entry"]): void {
    const { store, logs, log } = this.options;
    const { tip, length } = store.log.tip(secretContract);
    if (tip === stateAfter || (entry !== null && BigInt(entry.index) < BigInt(length))) return;
    try {
      if (entry === null) throw new EnigmaError("log-unavailable", { data: { secretContract, tip: stateAfter } });
      void store.log.append(secretContract, logEntryFromCbor(entry), stateAfter);
    } catch {
      // This entry, or one before it, is missing: the peers have it.
      logs.complete(secretContract).catch((error: unknown) => {
        log.warn("log-incomplete", { secretContract, code: error instanceof EnigmaError ? error.code : "unexpected" });
      });
    }
  }

  private arrival(taskId: Hash): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const listeners = this.waiting.get(taskId) ?? new Set();
    this.waiting.set(taskId, listeners.add(resolve));
    const cancel = this.options.clock.after(GOSSIP_WAIT_MS, resolve);
    return promise.finally(() => {
      cancel();
      listeners.delete(resolve);
      if (listeners.size === 0 && this.waiting.get(taskId) === listeners) this.waiting.delete(taskId);
    });
  }
}
