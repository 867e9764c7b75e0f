import type { Address, Hash } from "../protocol/hex.ts";
import { decodeEnigmaLog, type EnigmaEvent } from "./enigma-events.ts";
import type { JsonRpcConnection } from "./json-rpc-connection.ts";
import type { TransactionLog } from "./transaction-sender.ts";

const REMEMBERED_BLOCKS = 256;

/**
 * Enigma's events of blocks, by block hash: what a hash names never changes, so all followers of one process share what
 * one of them has fetched and decoded.
 */
export class BlockEvents {
  readonly #connection: JsonRpcConnection;
  readonly #enigma: Address;
  readonly #fetched = new Map<Hash, Promise<readonly EnigmaEvent[]>>();

  constructor(connection: JsonRpcConnection, enigma: Address) {
    this.#connection = connection;
    this.#enigma = enigma;
  }

  /** @throws `chain-rpc-error` if the block has left the chain, `chain-unreachable` */
  of(blockHash: Hash): Promise<readonly EnigmaEvent[]> {
    const known = this.#fetched.get(blockHash);
    if (known !== undefined) return known;
    const fetched = this.#fetch(blockHash);
    this.#fetched.set(blockHash, fetched);
    fetched.catch(() => this.#fetched.delete(blockHash));
    for (const oldest of this.#fetched.keys()) {
      if (this.#fetched.size <= REMEMBERED_BLOCKS) break;
      this.#fetched.delete(oldest);
    }
    return fetched;
  }

  async #fetch(blockHash: Hash): Promise<readonly EnigmaEvent[]> {
    const filter = { blockHash, address: this.#enigma };
    const logs = await this.#connection.request<readonly TransactionLog[]>("eth_getLogs", [filter]);
    return logs.map(decodeEnigmaLog).filter((event) => event !== undefined);
  }
}
