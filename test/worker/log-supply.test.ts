/** Logs from peers of whom some lie: what one says must not spoil what another has. */
import type { PeerId } from "@libp2p/interface";
import { expect, test } from "vitest";
import type { LogPage } from "../../host/p2p/stream-protocol.ts";
import { systemClock } from "../../host/protocol/clock.ts";
import { fromHex, type Hash } from "../../host/protocol/hex.ts";
import { EMPTY_STATE_HASH, type LogEntry, nextStateHash } from "../../host/protocol/log-entry.ts";
import { logEntryToCbor } from "../../host/protocol/log-entry-cbor.ts";
import type { LogStore } from "../../host/storage/log-store.ts";
import { LogSupply } from "../../host/worker/log-supply.ts";
import { a, h } from "../rpc/fake-worker.ts";

const entryOf = (index: number, byte: number, size = 1): LogEntry => ({
  ...{ index: BigInt(index), kind: 1, taskId: h(byte), epoch: 1n, ciphertext: new Uint8Array(size).fill(byte) },
});
const log = [0, 1, 2, 3].map((index) => entryOf(index, 9));
const tip = log.reduce<Hash>(nextStateHash, EMPTY_STATE_HASH);

/** A peer that answers a request for entries from an index on. */
type Peer = (from: number) => readonly LogEntry[];
const honest: Peer = (from) => log.slice(from, from + 2);

/** What a worker stores that these peers are connected to, in their order; and how often each was asked. */
async function stored(peers: readonly Peer[]) {
  const asked = peers.map(() => 0);
  const page = (peer: number, from: number | null): LogPage => {
    asked[peer] = (asked[peer] ?? 0) + 1;
    const entries = peers[peer]?.(from ?? 0) ?? [];
    return { stateBefore: fromHex(EMPTY_STATE_HASH, 32), entries: entries.map(logEntryToCbor) };
  };
  const request = (each: unknown): { from: number | null } => each as { from: number | null };
  let taken: readonly LogEntry[] = [];
  const store = {
    tip: () => ({ tip: taken.length === 0 ? EMPTY_STATE_HASH : tip, length: taken.length }),
    replace: async (_contract: unknown, _start: unknown, entries: readonly LogEntry[]) => {
      taken = entries;
    },
  } as unknown as LogStore;
  const p2p = {
    ask: async (peer: unknown, _protocol: unknown, each: unknown) => page(Number(peer), request(each).from),
    async askAny(_: unknown, each: unknown, take: (answer: LogPage, peer: PeerId) => Promise<unknown>) {
      for (const peer of peers.keys()) {
        const found = await take(page(peer, request(each).from), peer as unknown as PeerId);
        if (found !== undefined) return found;
      }
      return undefined;
    },
  } as unknown as ConstructorParameters<typeof LogSupply>[0]["p2p"];
  const clock = { ...systemClock, after: (_: number, action: () => void) => systemClock.after(0, action) };
  await new LogSupply({ store, p2p, chain: { tip: async () => tip }, clock }).complete(a(2));
  return { taken, asked };
}

test("the pages of an honest peer are not continued with those of a lying one", async () => {
  const liar: Peer = (from) => [entryOf(from, 8)].slice(0, from < 50 ? 1 : 0);
  expect((await stored([liar, honest])).taken).toEqual(log);
});

test("a peer whose entries do not follow each other is asked no further", async () => {
  const liar: Peer = () => [entryOf(0, 8)];
  const { taken, asked } = await stored([liar, honest]);
  expect(taken).toEqual(log);
  expect(asked).toEqual([2, 2]);
});

test("a peer that sends without end is left before it fills the memory", async () => {
  const big = new Uint8Array(64 * 1024 * 1024);
  const endless: Peer = (from) => [{ ...entryOf(from, 8), ciphertext: big }];
  const { taken, asked } = await stored([endless, honest]);
  expect(taken).toEqual(log);
  expect(asked[0]).toBeLessThanOrEqual(4);
}, 60_000);
