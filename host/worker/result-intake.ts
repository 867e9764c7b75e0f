/**
 * Takes in results of tasks that other workers executed.
 *
 * A result counts if its receipt is the one whose hash Ethereum holds and its output is the one whose hash the receipt
 * names (of a task whose required call failed: empty); its log entries, if the chain of hashes through them leads to the
 * receipt's states. The contract has verified the signature before it took the receipt, so it is passed on without being
 * recovered again. Results that are ahead of their settlement wait for it, not longer and not more than there is room for.
 */

import type { ContractLogCbor, ResultMessage } from "../p2p/gossip-message.ts";
import type { P2pNode, Verdict } from "../p2p/p2p-node.ts";
import { RESULT_PROTOCOL } from "../p2p/stream-protocol.ts";
import type { Clock } from "../protocol/clock.ts";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import type { Hash } from "../protocol/hex.ts";
import { type Address, addressFromBytes, fromHex, hashFromBytes } from "../protocol/hex.ts";
import { keccak } from "../protocol/keccak.ts";
import { logEntryFromCbor } from "../protocol/log-entry-cbor.ts";
import type { Logger } from "../protocol/logger.ts";
import type { Observe } from "../protocol/observer.ts";
import { OUTCOME } from "../protocol/outcome.ts";
import { decodeReceipt, type Move, type Receipt, receiptHash } from "../protocol/receipt.ts";
import type { StoredResult } from "../storage/result-store.ts";
import type { Settlement } from "../storage/settlement-store.ts";
import type { Store } from "../storage/store.ts";
import { BoundedWait } from "./bounded-wait.ts";
import type { LogSupply } from "./log-supply.ts";
import type { Settler } from "./settler.ts";

/** How long a result may be ahead of the block that settles its task. */
const SETTLEMENT_WAIT_MS = 10_000;
/** How long an asker waits for a result to be gossiped before the peers are asked for it. */
const GOSSIP_WAIT_MS = 2_000;
/** Results that wait for their settlements. */
const MAX_WAITING = 256;

export interface ResultIntakeOptions {
  readonly store: Store;
  readonly settler: Settler;
  readonly logs: LogSupply;
  /** Called when log entries of a contract have been stored. */
  readonly onEntries: (secretContract: Address) => void;
  readonly clock: Clock;
  readonly log: Logger;
  readonly observe: Observe;
}

export class ResultIntake {
  private readonly options: ResultIntakeOptions;
  private readonly early = new BoundedWait(MAX_WAITING);
  private readonly waiting = new Map<Hash, Set<() => void>>();

  constructor(options: ResultIntakeOptions) {
    this.options = options;
  }

  /** Judges a result, waiting for its settlement, and keeps it if it counts. */
  async take(message: ResultMessage): Promise<Verdict> {
    const { settler } = this.options;
    const taskId = hashFromBytes(message.taskId);
    if (this.standing(taskId) !== undefined) return "ignore";
    const settlement = await this.early.hold(() => settler.awaitSettlement(taskId, SETTLEMENT_WAIT_MS));
    if (settlement === undefined || this.standing(taskId) !== undefined) return "ignore";
    let receipt: Receipt;
    try {
      receipt = decodeReceipt(message.receipt);
    } catch {
      return "reject"; // malformed: the verdict is all that is said about it
    }
    if (receiptHash(receipt) !== settlement.receiptHash || !isOutput(message.output, receipt, settlement))
      return "reject";
    if (receipt.recordHash !== keccak(message.record)) return "reject";
    this.keep(taskId, receipt, settlement, message);
    return "accept";
  }

  /** The result of a settled task: from the store, soon by gossip, or from a peer. Undefined where none of them has it. */
  async find(taskId: Hash, p2p: P2pNode): Promise<StoredResult | undefined> {
    const stored = this.standing(taskId);
    if (stored !== undefined) return stored;
    await this.arrival(taskId);
    const gossiped = this.standing(taskId);
    if (gossiped !== undefined) return gossiped;
    await p2p.askAny(RESULT_PROTOCOL, { taskId: fromHex(taskId, 32) }, async ({ result }) =>
      result !== null && (await this.take(result)) === "accept" ? true : undefined,
    );
    return this.standing(taskId);
  }

  /** The stored result of a settled task; not one from before the chain went back, whose receipt is no longer the settled one. */
  private standing(taskId: Hash): StoredResult | undefined {
    const { store, settler } = this.options;
    const result = store.results.get(taskId);
    const settlement = result && settler.settlement(taskId);
    if (result === undefined || settlement === undefined) return undefined;
    return receiptHash(decodeReceipt(result.receipt)) === settlement.receiptHash ? result : undefined;
  }

  /** The message with which a peer is answered. */
  messageOf(taskId: Hash): ResultMessage | null {
    const { store } = this.options;
    const result = store.results.get(taskId);
    const task = store.tasks.get(taskId);
    if (result === undefined || task === undefined) return null;
    const { receipt, signature, output } = result;
    // Its log entries are asked for by their own protocol.
    return { taskId: fromHex(taskId, 32), record: task.record, receipt, signature, output, logs: null };
  }

  /** Wakes those who wait for a result that has been stored. */
  arrived(taskId: Hash): void {
    for (const resolve of this.waiting.get(taskId) ?? []) resolve();
  }

  private keep(taskId: Hash, receipt: Receipt, settlement: Settlement, message: ResultMessage): void {
    const { store, observe, log } = this.options;
    const { signature, output, receipt: bytes, logs } = message;
    store.results.put(taskId, { receipt: bytes, signature, output }).catch((error: unknown) => {
      log.warn("result-not-stored", { taskId, reason: String(error) });
    });
    observe({ kind: "result-received", taskId, outputBytes: output.length });
    this.arrived(taskId);
    if (settlement.outcome !== OUTCOME.committed) return;
    for (const move of receipt.moves) void this.keepLog(move, logs);
  }

  /** Stores the entries of one move; where they, or some before them, are missing, those of the peers. */
  private async keepLog({ secretContract, stateAfter }: Move, all: readonly ContractLogCbor[] | null): Promise<void> {
    const { store, logs, log, onEntries } = this.options;
    const entries = all?.find((each) => addressFromBytes(each.secretContract) === secretContract)?.entries;
    const { tip, length } = store.log.tip(secretContract);
    if (tip === stateAfter || (entries !== undefined && BigInt(entries[0]?.index ?? 0) < BigInt(length))) return;
    try {
      try {
        if (entries === undefined) throw new EnigmaError("log-unavailable", { data: { secretContract, tip } });
        await store.log.appendAll(secretContract, entries.map(logEntryFromCbor), stateAfter);
      } catch {
        await logs.complete(secretContract);
      }
      onEntries(secretContract);
    } catch (error) {
      log.warn("log-incomplete", { secretContract, code: error instanceof EnigmaError ? error.code : "unexpected" });
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

/** Says whether the output is the one that its user may get: of a failed callback nothing but that it failed. */
function isOutput(output: Uint8Array, { outputHash }: Receipt, { outcome }: Settlement): boolean {
  return outcome === OUTCOME["callback-failed"] ? output.length === 0 : keccak(output) === outputHash;
}
