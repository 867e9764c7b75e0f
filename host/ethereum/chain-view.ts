/**
 * What a node sees of Ethereum: typed reads of the Enigma contract, and its blocks one after the other.
 *
 * One view serves all nodes of a process. A follower gets every block once, in order, with Enigma's events decoded; when
 * the chain drops blocks it is told back to which one, and then gets the blocks that took their place.
 */
import { setTimeout as pause } from "node:timers/promises";
import type { EnigmaDomain } from "../protocol/eip712-domain.ts";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import { type Logger, silentLogger } from "../protocol/logger.ts";
import { BlockEvents } from "./block-events.ts";
import { type BlockHeader, headerRequest, type RawHeader, readHeader } from "./block-header.ts";
import { type BlockReference, ChainFollower, type ChainStep } from "./chain-follower.ts";
import { EnigmaContract } from "./enigma-contract.ts";
import { HeadSignal } from "./head-signal.ts";
import { JsonRpcConnection } from "./json-rpc-connection.ts";

export type { ChainBlock, ChainRollback, ChainStep } from "./chain-follower.ts";

export interface ChainViewOptions {
  /** HTTP endpoint. */
  readonly url: string;
  /** By default the URL with ws for http. */
  readonly webSocketUrl?: string | undefined;
  readonly domain: EnigmaDomain;
  readonly logger?: Logger | undefined;
}

export interface FollowOptions {
  /** The last block that is known already; the one after it comes first. By default it starts with genesis. */
  readonly after?: BlockReference | undefined;
  /** Ends the following. */
  readonly signal: AbortSignal;
}

/** Pause after an endpoint that does not answer. */
const RETRY_PAUSE_MS = 500;

export class ChainView {
  readonly connection: JsonRpcConnection;
  readonly contract: EnigmaContract;
  readonly domain: EnigmaDomain;
  readonly #heads: HeadSignal;
  readonly #events: BlockEvents;
  readonly #logger: Logger;

  constructor({ url, webSocketUrl = url.replace(/^http/, "ws"), domain, logger = silentLogger }: ChainViewOptions) {
    this.domain = domain;
    this.connection = new JsonRpcConnection(url);
    this.contract = new EnigmaContract(this.connection, domain);
    this.#heads = new HeadSignal(webSocketUrl, logger);
    this.#events = new BlockEvents(this.connection, domain.enigma);
    this.#logger = logger;
  }

  /** The newest block. */
  async head(): Promise<BlockHeader> {
    const head = await this.#header("latest");
    if (head === undefined) throw new EnigmaError("chain-unreachable", { data: { url: this.connection.url } });
    return head;
  }

  /** The header of a block; undefined above the head. */
  header(number: bigint): Promise<BlockHeader | undefined> {
    return this.#header(number);
  }

  /**
   * The chain from a block on, for ever: waits at the head, goes on when there is more, tries again when the endpoint
   * does not answer. Ends, without an error, when the signal is aborted.
   */
  async *follow({ after, signal }: FollowOptions): AsyncGenerator<ChainStep, void, undefined> {
    const follower = new ChainFollower(this.connection, this.#events, after);
    const heads = this.#heads.listen();
    try {
      while (!signal.aborted) {
        const steps = await this.#nextSteps(follower, signal);
        for (const step of steps) {
          if (signal.aborted) return;
          yield step;
        }
        if (steps.length === 0) await heads.next(signal);
      }
    } finally {
      heads.stop();
    }
  }

  /** Lets all followers look at the chain now: it has gone back, which no new block tells. */
  look(): void {
    this.#heads.wake();
  }

  close(): void {
    this.#heads.close();
    this.connection.close();
  }

  async #nextSteps(follower: ChainFollower, signal: AbortSignal): Promise<ChainStep[]> {
    while (!signal.aborted) {
      try {
        return await follower.next();
      } catch (error) {
        if (!(error instanceof EnigmaError)) throw error;
        this.#logger.warn("chain-follow-failed", { code: error.code });
        await pause(RETRY_PAUSE_MS, undefined, { signal, ref: false }).catch(() => undefined);
      }
    }
    return [];
  }

  async #header(block: bigint | "latest"): Promise<BlockHeader | undefined> {
    const { method, params } = headerRequest(block);
    return readHeader(await this.connection.request<RawHeader>(method, params));
  }
}
