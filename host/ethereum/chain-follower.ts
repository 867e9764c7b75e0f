/**
 * Walks along the chain, block by block, and notices when the blocks under its feet are exchanged.
 *
 * Each turn asks for the last block it knows, by number, and for those after it. If the hash of the former has changed,
 * it goes back to the newest block that it remembers and the chain still has; if there is none, to genesis, which
 * is slow and right. Events are asked for by block hash, so they cannot be those of another fork.
 */
import type { Hash } from "../protocol/hex.ts";
import type { BlockEvents } from "./block-events.ts";
import { type BlockHeader, headerRequest, type RawHeader, readHeader } from "./block-header.ts";
import type { EnigmaEvent } from "./enigma-events.ts";
import type { JsonRpcConnection } from "./json-rpc-connection.ts";

/** A block that has joined the chain. */
export interface ChainBlock extends BlockHeader {
  readonly kind: "block";
  /** Enigma's events in order. */
  readonly events: readonly EnigmaEvent[];
}

/** All blocks above number `to` have left the chain. */
export interface ChainRollback {
  readonly kind: "rollback";
  readonly to: bigint;
}

export type ChainStep = ChainBlock | ChainRollback;

/** A block by number and hash. */
export interface BlockReference {
  readonly number: bigint;
  readonly hash: Hash;
}

/** Where somebody who follows the chain stands: at a block, or, with no hash, at the one that the chain went back to. */
export interface ChainPosition {
  readonly number: bigint;
  readonly hash?: Hash;
}

/** Blocks that are fetched together while catching up. */
const TOGETHER = 64n;
/** How many of the newest blocks are remembered to find where a reorganised chain parts. */
const REMEMBERED_BLOCKS = 4_096;

export class ChainFollower {
  readonly #connection: JsonRpcConnection;
  readonly #events: BlockEvents;
  /** The newest blocks that were handed out, oldest first. */
  #known: readonly BlockReference[];
  /** Whether the last turn found the head; then one block is asked for, else many. */
  #atHead = false;

  /** @param after the last block that is known already; undefined to start with genesis */
  constructor(connection: JsonRpcConnection, events: BlockEvents, after: BlockReference | undefined) {
    this.#connection = connection;
    this.#events = events;
    this.#known = after === undefined ? [] : [after];
  }

  /** The next steps; none at the head. @throws `chain-unreachable`, `chain-rpc-error`: it can be called again */
  async next(): Promise<ChainStep[]> {
    const last = this.#known.at(-1);
    const from = last === undefined ? 0n : last.number + 1n;
    const count = this.#atHead ? 1n : TOGETHER;
    const numbers = Array.from({ length: Number(count) }, (_, index) => from + BigInt(index));
    const headers = await this.#headers(last === undefined ? numbers : [last.number, ...numbers]);
    if (last !== undefined && headers[0]?.hash !== last.hash) return [await this.#rollback()];
    const fresh = (last === undefined ? headers : headers.slice(1)).filter((header) => header !== undefined);
    const chained = leadingChain(last, fresh);
    this.#atHead = chained.length < TOGETHER;
    const blocks = await Promise.all(
      chained.map(
        async (header): Promise<ChainBlock> => ({
          kind: "block",
          ...header,
          events: await this.#events.of(header.hash),
        }),
      ),
    );
    this.#known = [...this.#known, ...chained].slice(-REMEMBERED_BLOCKS);
    return blocks;
  }

  async #rollback(): Promise<ChainRollback> {
    this.#known = this.#known.slice(0, (await this.#lastCommon()) + 1);
    this.#atHead = false;
    const to = this.#known.at(-1);
    if (to !== undefined) return { kind: "rollback", to: to.number };
    const [genesis] = await this.#headers([0n]);
    if (genesis !== undefined) this.#known = [genesis];
    return { kind: "rollback", to: 0n };
  }

  /** The index of the newest remembered block that the chain still has; -1 if there is none. Mostly it is one of the last. */
  async #lastCommon(): Promise<number> {
    for (let end = this.#known.length; end > 0; end -= Number(TOGETHER)) {
      const start = Math.max(0, end - Number(TOGETHER));
      const blocks = this.#known.slice(start, end);
      const headers = await this.#headers(blocks.map(({ number }) => number));
      const common = blocks.findLastIndex(({ hash }, index) => headers[index]?.hash === hash);
      if (common >= 0) return start + common;
    }
    return -1;
  }

  async #headers(numbers: readonly bigint[]): Promise<(BlockHeader | undefined)[]> {
    const raw = await this.#connection.requestAll(numbers.map(headerRequest));
    return (raw as RawHeader[]).map(readHeader);
  }
}

/** As many headers as follow on each other: the chain may have changed between two answers. */
function leadingChain(last: BlockReference | undefined, headers: readonly BlockHeader[]): BlockHeader[] {
  const chained: BlockHeader[] = [];
  let parent = last?.hash;
  for (const header of headers) {
    if (parent !== undefined && header.parentHash !== parent) break;
    chained.push(header);
    parent = header.hash;
  }
  return chained;
}
