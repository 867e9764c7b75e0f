/**
 * Brings the stored log of a contract up to the state hash that stands on Ethereum, with entries from the peers.
 *
 * A peer's entries are tried on the end of the stored log; they are kept only if the chain of hashes through them reaches
 * the tip on chain, so a peer can withhold but not invent.
 */

import type { P2pNode } from "../p2p/p2p-node.ts";
import { LOG_PROTOCOL } from "../p2p/stream-protocol.ts";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import { type Address, fromHex, type Hash } from "../protocol/hex.ts";
import { type LogEntry, nextStateHash } from "../protocol/log-entry.ts";
import { logEntryFromCbor } from "../protocol/log-entry-cbor.ts";
import type { LogStore } from "../storage/log-store.ts";
import type { ChainState } from "./chain-state.ts";

interface CheckedEntry {
  readonly entry: LogEntry;
  readonly stateAfter: Hash;
}

/** The most pages taken from one peer for one answer. */
const MAX_PAGES = 10_000;

export class LogSupply {
  private readonly store: LogStore;
  private readonly p2p: P2pNode;
  private readonly chain: ChainState;
  private readonly running = new Map<Address, Promise<void>>();

  constructor(store: LogStore, p2p: P2pNode, chain: ChainState) {
    this.store = store;
    this.p2p = p2p;
    this.chain = chain;
  }

  /** Resolves when the stored log ends in the tip on chain. @throws EnigmaError `log-unavailable` */
  complete(secretContract: Address): Promise<void> {
    const known = this.running.get(secretContract);
    if (known !== undefined) return known;
    const running = this.completeNow(secretContract).finally(() => this.running.delete(secretContract));
    this.running.set(secretContract, running);
    return running;
  }

  private async completeNow(secretContract: Address): Promise<void> {
    const tip = await this.chain.tip(secretContract);
    if (this.store.tip(secretContract).tip === tip) return;
    const { length } = this.store.tip(secretContract);
    const found = await this.p2p.askAny(
      LOG_PROTOCOL,
      { secretContract: fromHex(secretContract, 20), from: length },
      async ({ entries }) => this.extend(secretContract, tip, entries.map(logEntryFromCbor)),
    );
    if (found === undefined) throw new EnigmaError("log-unavailable", { data: { secretContract, tip } });
  }

  /** Takes entries page by page until the tip is reached; undefined where they do not lead there. */
  private async extend(secretContract: Address, tip: Hash, first: LogEntry[]): Promise<true | undefined> {
    const start = this.store.tip(secretContract);
    const checked: CheckedEntry[] = [];
    let end = start.tip;
    let page = first;
    for (let pages = 0; pages < MAX_PAGES && page.length > 0; pages += 1) {
      for (const entry of page) {
        if (entry.index !== BigInt(start.length + checked.length)) return undefined;
        end = nextStateHash(end, entry);
        checked.push({ entry, stateAfter: end });
        if (end === tip) return this.keep(secretContract, start.length, checked);
      }
      page = (await this.page(secretContract, start.length + checked.length)) ?? [];
    }
    return undefined;
  }

  private page(secretContract: Address, from: number): Promise<LogEntry[] | undefined> {
    return this.p2p.askAny(LOG_PROTOCOL, { secretContract: fromHex(secretContract, 20), from }, ({ entries }) =>
      entries.length === 0 ? undefined : entries.map(logEntryFromCbor),
    );
  }

  private async keep(secretContract: Address, from: number, checked: readonly CheckedEntry[]): Promise<true> {
    // Results that were gossiped meanwhile may have appended some of these.
    const { length } = this.store.tip(secretContract);
    const missing = checked.slice(Math.max(0, length - from));
    await Promise.all(missing.map(({ entry, stateAfter }) => this.store.append(secretContract, entry, stateAfter)));
    return true;
  }
}
