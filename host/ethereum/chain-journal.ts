/**
 * Keeps a dev chain beyond the life of its anvil.
 *
 * anvil can dump its whole state to a file, which grows to tens of megabytes within a thousand transactions and
 * is written all over again each time. But its blocks follow from their transactions and times alone: so a journal with one
 * line for each block is enough, and a restart does them all again, some hundred blocks a second, and ends at the same
 * block hash. A line is written as soon as the block is known here, a millisecond or two after it was closed; a kill of
 * the whole tree in that moment drops the block, and nodes see that as any other reorganisation. Changes that are no
 * transactions (`anvil_setBalance` and the like) are not kept, and make the hashes differ at the next start.
 */
import { appendFile, readFile, truncate, writeFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import { type Hash, type Hex, ZERO_ADDRESS } from "../protocol/hex.ts";
import type { BlockHeader } from "./block-header.ts";
import { ChainView } from "./chain-view.ts";
import type { JsonRpcConnection } from "./json-rpc-connection.ts";

const RETRY_PAUSE_MS = 100;

/** What a chain starts from: the first line. */
export interface ChainGenesis {
  readonly version: 1;
  readonly chainId: number;
  /** Seconds since 1970-01-01 UTC. */
  readonly genesisTime: number;
  readonly seeded: boolean;
}

interface RawContent {
  readonly transactions: readonly Hash[];
  readonly baseFeePerGas: Hex;
}

interface JournalBlock {
  readonly number: number;
  readonly hash: Hash;
  readonly timestamp: number;
  readonly transactions: readonly Hex[];
  /** Wei. It does not follow from the block before where the chain went back: anvil goes on with the fee that it had come to. */
  readonly baseFee?: Hex;
}

export class ChainJournal {
  readonly genesis: ChainGenesis;
  readonly #path: string;
  #blocks: JournalBlock[];
  #recording:
    | { readonly done: Promise<void>; readonly controller: AbortController; readonly view: ChainView }
    | undefined;
  /** Number of the last block that is written. */
  #recorded = 0;
  #onRecorded: () => void = () => {};

  private constructor(path: string, genesis: ChainGenesis, blocks: JournalBlock[]) {
    this.#path = path;
    this.genesis = genesis;
    this.#blocks = blocks;
  }

  /**
   * Opens the journal of a chain, or begins one.
   * @throws `chain-data-mismatch` if it is of another chain
   */
  static async open(path: string, fresh: ChainGenesis): Promise<ChainJournal> {
    const lines = await readLines(path);
    if (lines[0] === undefined) {
      await writeFile(path, `${JSON.stringify(fresh)}\n`);
      return new ChainJournal(path, fresh, []);
    }
    const genesis = JSON.parse(lines[0]) as ChainGenesis;
    for (const field of ["version", "chainId", "seeded"] as const) {
      if (genesis[field] !== fresh[field]) throw mismatch(`its ${field} is ${genesis[field]}, not ${fresh[field]}`);
    }
    const blocks: JournalBlock[] = [];
    for (const line of lines.slice(1)) {
      const block = JSON.parse(line) as JournalBlock;
      // A number that comes again took the place of what stood from there on.
      blocks.splice(block.number - 1, Number.POSITIVE_INFINITY, block);
    }
    return new ChainJournal(path, genesis, blocks);
  }

  /** Does all blocks again on a fresh chain that does not mine by itself. @throws `chain-data-mismatch` */
  async replay(connection: JsonRpcConnection): Promise<void> {
    for (const { timestamp, transactions, baseFee } of this.#blocks) {
      const sends = transactions.map((raw) => ({ method: "eth_sendRawTransaction", params: [raw] }));
      const fee = baseFee === undefined ? [] : [{ method: "anvil_setNextBlockBaseFeePerGas", params: [baseFee] }];
      await connection.requestAll([...fee, ...sends]);
      await connection.request("evm_mine", [{ timestamp }]);
    }
    const last = this.#blocks.at(-1);
    this.#blocks = [];
    if (last === undefined) return;
    const head = await connection.request<{ hash: Hash }>("eth_getBlockByNumber", ["latest", false]);
    if (head.hash !== last.hash) throw mismatch(`block ${last.number} has another hash than when it was made`);
    this.#recorded = last.number;
  }

  /** Writes every block of the chain from here on. */
  record(url: string): void {
    const view = new ChainView({ url, domain: { chainId: BigInt(this.genesis.chainId), enigma: ZERO_ADDRESS } });
    const controller = new AbortController();
    this.#recording = { view, controller, done: this.#write(view, controller.signal) };
  }

  /** Writes what is left, then stops. To be called while the chain still answers. */
  async close(): Promise<void> {
    if (this.#recording === undefined) return;
    const { view, controller, done } = this.#recording;
    this.#recording = undefined;
    try {
      const head = Number((await view.head()).number);
      while (this.#recorded < head) await new Promise<void>((resolve) => (this.#onRecorded = resolve));
    } catch (error) {
      // A chain that has died has nothing more to write.
      if (!(error instanceof EnigmaError)) throw error;
    } finally {
      controller.abort();
      await done;
      view.close();
    }
  }

  async #write(view: ChainView, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        const after = await view.header(BigInt(this.#recorded));
        for await (const step of view.follow({ after, signal })) {
          if (step.kind === "block") await this.#append(view.connection, step);
          else await this.#goBack(view, step.to);
        }
      } catch (error) {
        // The chain did not answer, or the block has left it in the meantime: go on from what is written.
        if (!(error instanceof EnigmaError)) throw error;
        await pause(RETRY_PAUSE_MS, undefined, { signal, ref: false }).catch(() => undefined);
      }
    }
  }

  /** Writing again what is the newest block now drops what stands behind it. */
  async #goBack(view: ChainView, to: bigint): Promise<void> {
    const newest = await view.header(to);
    if (newest !== undefined && to > 0n) await this.#append(view.connection, newest);
  }

  async #append(connection: JsonRpcConnection, { number, hash, timestamp }: BlockHeader): Promise<void> {
    const content = await contentOf(connection, hash);
    // It has left the chain again: the next step says so, and from where the chain goes on.
    if (content === undefined) return;
    const block: JournalBlock = { number: Number(number), hash, timestamp: Number(timestamp), ...content };
    await appendFile(this.#path, `${JSON.stringify(block)}\n`);
    this.#recorded = block.number;
    this.#onRecorded();
  }
}

interface BlockContent {
  readonly transactions: Hex[];
  readonly baseFee: Hex;
}

/** Undefined where the chain does not have the block, or a transaction of it, any more. */
async function contentOf(connection: JsonRpcConnection, hash: Hash): Promise<BlockContent | undefined> {
  const block = await connection.request<RawContent | null>("eth_getBlockByHash", [hash, false]);
  if (block === null) return undefined;
  const raw = (await connection.requestAll(
    block.transactions.map((transaction) => ({ method: "eth_getRawTransactionByHash", params: [transaction] })),
  )) as (Hex | null)[];
  return raw.includes(null) ? undefined : { transactions: raw as Hex[], baseFee: block.baseFeePerGas };
}

/** Whole lines; what a kill has left of the last one is cut off. */
async function readLines(path: string): Promise<string[]> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
  const end = text.lastIndexOf("\n") + 1;
  if (end < text.length) await truncate(path, Buffer.byteLength(text.slice(0, end)));
  return text.slice(0, end).split("\n").slice(0, -1);
}

function mismatch(detail: string): EnigmaError {
  return new EnigmaError("chain-data-mismatch", { detail: `${detail}.` });
}
