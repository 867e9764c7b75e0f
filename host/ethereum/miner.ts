/**
 * Closes a block of an anvil that does not mine by itself as soon as there is something to put into it.
 *
 * anvil's own mining makes a block for each transaction, and gets slower with every block: 450 transactions a second,
 * 66 after 5,000 blocks. A block of all that waits costs the same as one of a single transaction, so under load the
 * blocks get larger instead of more. News of transactions comes over a WebSocket of its own: on one that also carries
 * calls, anvil delays them by 40 ms. Whoever sends to the endpoint, also a wallet, is served in the same way.
 *
 * When nothing more comes, one empty block follows. Libraries that wait for a transaction look for its receipt whenever
 * there is a new block; one that looked just before the block and took its number just after (ethers does) would
 * otherwise wait for ever on a quiet chain.
 */
import { type Logger, silentLogger } from "../protocol/logger.ts";
import { JsonRpcConnection } from "./json-rpc-connection.ts";
import { openSubscription, type Subscription } from "./subscription.ts";

/** After so many blocks without it, a transaction is taken to have been dropped or replaced. */
const MAX_ATTEMPTS = 3;
/** Blocks whose transactions are remembered, for news that comes after the block. */
const REMEMBERED_BLOCKS = 8;
/** After so long without a transaction the chain gets one empty block. */
const TRAILING_PAUSE_MS = 250;
/** How often to look for transactions whose news was lost, and to try to subscribe again. */
const CHECK_INTERVAL_MS = 500;

/** Stands for transactions of which there was no news. */
const FORGOTTEN = "forgotten";

export interface MinerOptions {
  readonly url: string;
  readonly webSocketUrl: string;
  readonly logger?: Logger | undefined;
}

/** Starts to mine; `close` stops after the block in progress. */
export async function startMiner(options: MinerOptions): Promise<Miner> {
  const miner = new Miner(options);
  await miner.start();
  return miner;
}

export class Miner {
  readonly #connection: JsonRpcConnection;
  readonly #webSocketUrl: string;
  readonly #logger: Logger;
  /** Transactions that are announced and not yet seen in a block, with the blocks that passed without them. */
  readonly #pending = new Map<string, number>();
  #mined: string[][] = [];
  /** Blocks closed so far. */
  #blocks = 0;
  /** The number of blocks when the last check found transactions waiting. */
  #waitingSince: number | undefined;
  #subscription: Subscription | undefined;
  #trailing: NodeJS.Timeout | undefined;
  #timer: NodeJS.Timeout | undefined;
  #mining: Promise<void> | undefined;
  #closed = false;

  constructor(options: MinerOptions) {
    this.#connection = new JsonRpcConnection(options.url);
    this.#webSocketUrl = options.webSocketUrl;
    this.#logger = options.logger ?? silentLogger;
  }

  async start(): Promise<void> {
    await this.#subscribe();
    this.#timer = setInterval(() => void this.#check(), CHECK_INTERVAL_MS);
    this.#timer.unref();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    clearTimeout(this.#trailing);
    this.#subscription?.close();
    await this.#mining;
    this.#connection.close();
  }

  async #subscribe(): Promise<void> {
    this.#subscription = await openSubscription<string>(this.#webSocketUrl, "newPendingTransactions", {
      onItem: (transaction) => this.#announce(transaction),
      onClose: () => {
        this.#subscription = undefined;
      },
    });
  }

  #announce(transaction: string): void {
    if (this.#mined.some((block) => block.includes(transaction))) return;
    this.#pending.set(transaction, 0);
    this.#mine();
  }

  #mine(): void {
    clearTimeout(this.#trailing);
    this.#mining ??= this.#mineAll().finally(() => {
      this.#mining = undefined;
      if (!this.#closed) this.#trailing = setTimeout(() => void this.#trail(), TRAILING_PAUSE_MS).unref();
    });
  }

  async #trail(): Promise<void> {
    try {
      if (this.#mining === undefined) this.#note(await this.#closeBlock());
    } catch (error) {
      if (!this.#closed) this.#logger.warn("mining-failed", { reason: String(error) });
    }
  }

  async #mineAll(): Promise<void> {
    while (this.#pending.size > 0 && !this.#closed) {
      try {
        this.#note(await this.#closeBlock());
      } catch (error) {
        // The check below starts again; what is lost here is time, not a transaction.
        this.#pending.clear();
        if (!this.#closed) this.#logger.warn("mining-failed", { reason: String(error) });
      }
    }
  }

  async #closeBlock(): Promise<string[]> {
    // One after the other: anvil works on the calls of one array at the same time.
    await this.#connection.request("evm_mine");
    const block = await this.#connection.request<{ transactions: string[] }>("eth_getBlockByNumber", ["latest", false]);
    return block.transactions;
  }

  #note(transactions: string[]): void {
    this.#blocks += 1;
    this.#pending.delete(FORGOTTEN);
    this.#mined = [transactions, ...this.#mined].slice(0, REMEMBERED_BLOCKS);
    for (const transaction of transactions) this.#pending.delete(transaction);
    for (const [transaction, attempts] of this.#pending) {
      if (attempts + 1 >= MAX_ATTEMPTS) this.#pending.delete(transaction);
      else this.#pending.set(transaction, attempts + 1);
    }
  }

  async #check(): Promise<void> {
    if (this.#closed || this.#mining !== undefined) return;
    try {
      if (this.#subscription === undefined) await this.#subscribe();
      const status = await this.#connection.request<{ pending: string }>("txpool_status");
      // A transaction whose news is only on its way is none of this check's business: it must have waited since the last
      // check, without a block, or this would close empty blocks.
      const forgotten = BigInt(status.pending) > 0n && this.#waitingSince === this.#blocks;
      this.#waitingSince = BigInt(status.pending) > 0n ? this.#blocks : undefined;
      if (forgotten && this.#mining === undefined) this.#announce(FORGOTTEN);
    } catch (error) {
      if (!this.#closed) this.#logger.warn("mining-check-failed", { reason: String(error) });
    }
  }
}
