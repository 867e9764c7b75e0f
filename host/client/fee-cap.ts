import type { Hex } from "../protocol/hex.ts";
import type { EthereumEndpoint } from "./ethereum-endpoint.ts";

/** The fee fields of a transaction, in wei for each unit of gas. */
export type TransactionFees =
  | { readonly type: 2; readonly maxFeePerGas: bigint; readonly maxPriorityFeePerGas: bigint }
  | { readonly type: 0; readonly gasPrice: bigint };

/** Transactions that use one reading of the base fee, which can change by an eighth with each block. */
const TRANSACTIONS_PER_READING = 32;
const GWEI = 10n ** 9n;

/** Well above what a local chain asks for. */
const LOWEST_CAP = 8n * GWEI;

/**
 * What to offer for gas: a cap of at least twice the base fee, rounded up to a power of two but never below 8 gwei, and a
 * tip of 1 gwei. Floor and rounding keep a transaction's bytes equal in two runs of the same network, where the
 * base fee that is read may differ by a block.
 */
export class FeeCap {
  readonly #endpoint: EthereumEndpoint;
  #fees: TransactionFees | undefined;
  #left = 0;

  constructor(endpoint: EthereumEndpoint) {
    this.#endpoint = endpoint;
  }

  async next(): Promise<TransactionFees> {
    if (this.#fees === undefined || this.#left === 0) {
      this.#fees = await this.#read();
      this.#left = TRANSACTIONS_PER_READING;
    }
    this.#left -= 1;
    return this.#fees;
  }

  /** Makes the next call read the base fee again. */
  forget(): void {
    this.#fees = undefined;
  }

  async #read(): Promise<TransactionFees> {
    const block = await this.#endpoint.request<{ baseFeePerGas?: Hex }>("eth_getBlockByNumber", ["latest", false]);
    if (block.baseFeePerGas === undefined) {
      return { type: 0, gasPrice: BigInt(await this.#endpoint.request<Hex>("eth_gasPrice")) };
    }
    const doubled = BigInt(block.baseFeePerGas) * 2n;
    const rounded = 1n << BigInt(doubled.toString(2).length);
    const cap = rounded > LOWEST_CAP ? rounded : LOWEST_CAP;
    return { type: 2, maxFeePerGas: cap + GWEI, maxPriorityFeePerGas: GWEI };
  }
}
