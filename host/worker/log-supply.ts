/**
 * Brings the stored log of a contract up to the state hash that stands on Ethereum, with entries from the peers.
 *
 * What is missing at the end is asked for first; where that is more than a page, or nothing is stored yet, the log is taken
 * from its last checkpoint on. A peer's entries are kept only if the chain of hashes through them reaches the tip on chain,
 * so a peer can withhold but not invent; and all entries of one attempt come from one peer, so that a peer that lies spoils only its
 * own. The peer that made the newest entries may not have stored them yet itself, so they
 * are asked for again for a while, and taken at once where they are gossiped meanwhile.
 */

import type { PeerId } from "@libp2p/interface";
import type { P2pNode } from "../p2p/p2p-node.ts";
import { LOG_PROTOCOL, type LogPage } from "../p2p/stream-protocol.ts";
import type { Clock } from "../protocol/clock.ts";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import { type Address, fromHex, type Hash, hashFromBytes } from "../protocol/hex.ts";
import { EMPTY_STATE_HASH, LOG_ENTRY_KIND, type LogEntry, nextStateHash } from "../protocol/log-entry.ts";
import { logEntryFromCbor } from "../protocol/log-entry-cbor.ts";
import type { LogStart, LogStore } from "../storage/log-store.ts";
import type { ChainState } from "./chain-state.ts";

/** Bytes that are taken from one peer for one log, at most: far more than lies behind the last checkpoint of any. */
const MAX_LOG_BYTES = 256 * 1024 * 1024;
/** What an entry takes beside its ciphertext, about. */
const ENTRY_BYTES = 128;
/** How often peers are asked, and the pause between, in which gossip may bring the entries. */
const ATTEMPTS = 10;
const PAUSE_MS = 50;

export interface LogSupplyOptions {
  readonly store: LogStore;
  readonly p2p: Pick<P2pNode, "ask" | "askAny">;
  readonly chain: Pick<ChainState, "tip">;
  readonly clock: Clock;
}

export class LogSupply {
  private readonly options: LogSupplyOptions;
  private readonly running = new Map<Address, Promise<void>>();
  private readonly waiting = new Map<Address, () => void>();

  constructor(options: LogSupplyOptions) {
    this.options = options;
  }

  /** Resolves when the stored log ends in the tip on chain. @throws EnigmaError `log-unavailable` */
  complete(secretContract: Address): Promise<void> {
    const known = this.running.get(secretContract);
    if (known !== undefined) return known;
    const running = this.completeNow(secretContract).finally(() => this.running.delete(secretContract));
    this.running.set(secretContract, running);
    return running;
  }

  /** Says that entries of the contract were stored. */
  arrived(secretContract: Address): void {
    this.waiting.get(secretContract)?.();
  }

  private async completeNow(secretContract: Address): Promise<void> {
    const { store, chain } = this.options;
    let tip = EMPTY_STATE_HASH;
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      tip = await chain.tip(secretContract);
      if (store.tip(secretContract).tip === tip) return;
      if (attempt > 0) await this.arrival(secretContract);
      if (store.tip(secretContract).tip === tip) return;
      if ((await this.fetchEnd(secretContract, tip)) || (await this.fetchCheckpoint(secretContract, tip))) return;
    }
    throw new EnigmaError("log-unavailable", { data: { secretContract, tip } });
  }

  /** Asks for the entries after the stored ones, as far as they fit one answer. */
  private async fetchEnd(secretContract: Address, tip: Hash): Promise<boolean> {
    const { store } = this.options;
    const { length } = store.tip(secretContract);
    if (length === 0) return false;
    const found = await this.ask(secretContract, length, async ({ entries }) => {
      const end = store.tip(secretContract);
      // Results that were gossiped meanwhile may have appended some of these.
      const missing = entries.map(logEntryFromCbor).filter(({ index }) => index >= BigInt(end.length));
      const reaching = upTo(tip, end.tip, missing);
      if (reaching === undefined) return undefined;
      await store.appendAll(secretContract, reaching, tip);
      return true;
    });
    return found ?? false;
  }

  /** Takes the log from its last checkpoint on, page by page. */
  private async fetchCheckpoint(secretContract: Address, tip: Hash): Promise<boolean> {
    const found = await this.ask(secretContract, null, async (answer, peer) => {
      const first = answer.entries.map(logEntryFromCbor);
      const start = startOf(hashFromBytes(answer.stateBefore), first[0]);
      if (start === undefined) return undefined;
      const reaching = await this.pagesUpTo(secretContract, tip, start, first, peer);
      if (reaching === undefined) return undefined;
      await this.options.store.replace(secretContract, start, reaching, tip);
      return true;
    });
    return found ?? false;
  }

  /** The entries from `start` to the tip, of one peer; undefined where it does not have them. */
  private async pagesUpTo(
    secretContract: Address,
    tip: Hash,
    start: LogStart,
    first: readonly LogEntry[],
    peer: PeerId,
  ): Promise<LogEntry[] | undefined> {
    const request = { secretContract: fromHex(secretContract, 20) };
    const taken: LogEntry[] = [];
    let [state, bytes] = [start.stateBefore, 0];
    for (let page = first; page.length > 0; ) {
      for (const entry of page) {
        bytes += entry.ciphertext.length + ENTRY_BYTES;
        if (entry.index !== BigInt(start.index + taken.length) || bytes > MAX_LOG_BYTES) return undefined;
        taken.push(entry);
        state = nextStateHash(state, entry);
        if (state === tip) return taken;
      }
      const from = start.index + taken.length;
      const { entries } = await this.options.p2p.ask(peer, LOG_PROTOCOL, { ...request, from });
      page = entries.map(logEntryFromCbor);
    }
    return undefined;
  }

  private ask<T>(
    secretContract: Address,
    from: number | null,
    take: (answer: LogPage, peer: PeerId) => T | undefined | Promise<T | undefined>,
  ): Promise<T | undefined> {
    return this.options.p2p.askAny(LOG_PROTOCOL, { secretContract: fromHex(secretContract, 20), from }, take);
  }

  /** Waits until entries of the contract are stored, but not long. */
  private arrival(secretContract: Address): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancel = this.options.clock.after(PAUSE_MS, resolve);
    this.waiting.set(secretContract, resolve);
    return promise.finally(() => {
      cancel();
      this.waiting.delete(secretContract);
    });
  }
}

/** The shortest prefix of `entries` through which the chain of hashes from `before` reaches `tip`. */
function upTo(tip: Hash, before: Hash, entries: readonly LogEntry[]): LogEntry[] | undefined {
  let state = before;
  for (const [at, entry] of entries.entries()) {
    state = nextStateHash(state, entry);
    if (state === tip) return entries.slice(0, at + 1);
  }
  return undefined;
}

/**
 * Where a log that starts with `first` is rebuilt from; undefined for one that nothing can be rebuilt from. Whether an entry is
 * the first part of its checkpoint only the enclave can tell.
 */
function startOf(stateBefore: Hash, first: LogEntry | undefined): LogStart | undefined {
  if (first === undefined) return undefined;
  const isOrigin = first.index === 0n && stateBefore === EMPTY_STATE_HASH;
  return isOrigin || first.kind === LOG_ENTRY_KIND.checkpoint ? { index: Number(first.index), stateBefore } : undefined;
}
