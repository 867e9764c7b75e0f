/**
 * Sends the transactions of one account, in order.
 *
 * Nonces are counted here, gas limits are known, fee caps are fixed: all that is asked, and only when no transaction is on its
 * way, is whether the chain still counts as we do, since it may have gone back (a reorganisation, or a snapshot that was
 * restored); a transaction with a nonce that the chain has not reached would wait for ever. With `eth_sendRawTransactionSync` (EIP-7966) nothing is polled after it, where the endpoint has that method. All
 * transactions that are given while one is on its way go out together as one array, so that they stay in nonce order.
 * An account must have one sender only.
 */
import { setTimeout } from "node:timers/promises";
import { Wallet } from "ethers";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import { type Address, address, type Hash, type Hex } from "../protocol/hex.ts";
import { signTransaction } from "../protocol/signed-transaction.ts";
import { type JsonRpcConnection, rpcErrorObject } from "./json-rpc-connection.ts";
import { revertData, revertError } from "./revert-error.ts";

export interface TransactionRequest {
  /** Absent to deploy a contract. */
  readonly to?: Address | undefined;
  readonly data: Hex;
  readonly gasLimit: bigint;
  /** Wei. */
  readonly value?: bigint | undefined;
}

export interface TransactionLog {
  readonly address: Hex;
  readonly topics: readonly Hex[];
  readonly data: Hex;
  readonly transactionHash: Hash;
  readonly blockNumber: Hex;
  readonly logIndex: Hex;
}

export interface TransactionReceipt {
  readonly transactionHash: Hash;
  readonly blockHash: Hash;
  readonly blockNumber: bigint;
  readonly gasUsed: bigint;
  readonly contractAddress: Address | null;
  readonly logs: readonly TransactionLog[];
}

export interface TransactionSenderOptions {
  /** Wei for a unit of gas, at most. */
  readonly maxFeePerGas?: bigint | undefined;
  readonly maxPriorityFeePerGas?: bigint | undefined;
  /** Transactions that may go out together, 50 by default. With 1 each has its block where a chain closes one for each. */
  readonly maxTogether?: number | undefined;
}

/** A receipt as the endpoint gives it. */
interface RawReceipt {
  readonly status: Hex;
  readonly transactionHash: Hash;
  readonly blockHash: Hash;
  readonly blockNumber: Hex;
  readonly gasUsed: Hex;
  readonly contractAddress: Hex | null;
  readonly logs: readonly TransactionLog[];
}

interface Waiting {
  readonly request: TransactionRequest;
  readonly resolve: (receipt: TransactionReceipt) => void;
  readonly reject: (error: unknown) => void;
}

/** What became of a transaction that was handed in. */
interface Submission {
  readonly hash?: Hash;
  readonly receipt?: RawReceipt;
  readonly error?: unknown;
}

const GWEI = 10n ** 9n;
const METHOD_NOT_FOUND = -32601;
const MAX_POLL_PAUSE_MS = 100;
const POLL_TIMEOUT_MS = 120_000;
/** Transactions that go out together. */
const MAX_TOGETHER = 50;

export class TransactionSender {
  readonly address: Address;
  readonly connection: JsonRpcConnection;
  readonly #wallet: Wallet;
  readonly #maxFeePerGas: bigint;
  readonly #maxPriorityFeePerGas: bigint;
  readonly #maxTogether: number;
  readonly #waiting: Waiting[] = [];
  #chainId: bigint | undefined;
  #nonce: number | undefined;
  /** The last transaction that was seen in a block. */
  #mined: Hash | undefined;
  #synchronous = true;
  #sending = false;

  constructor(connection: JsonRpcConnection, privateKey: Hex, options: TransactionSenderOptions = {}) {
    this.connection = connection;
    this.#wallet = new Wallet(privateKey);
    this.address = address(this.#wallet.address);
    this.#maxFeePerGas = options.maxFeePerGas ?? 100n * GWEI;
    this.#maxPriorityFeePerGas = options.maxPriorityFeePerGas ?? GWEI;
    this.#maxTogether = options.maxTogether ?? MAX_TOGETHER;
  }

  /**
   * Sends a transaction and waits until it is in a block.
   * @throws `transaction-reverted` with the contract's own error in `data`; `chain-unreachable`; `chain-rpc-error`
   */
  send(request: TransactionRequest): Promise<TransactionReceipt> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ request, resolve, reject });
      if (!this.#sending) void this.#sendAll();
    });
  }

  /** The nonce of the next transaction, as the endpoint sees it. */
  async nextNonce(): Promise<number> {
    const count = await this.connection.request<Hex>("eth_getTransactionCount", [this.address, "pending"]);
    return Number(count);
  }

  async #sendAll(): Promise<void> {
    this.#sending = true;
    // Let everything that is sent in this turn of the event loop go out together.
    await Promise.resolve();
    await this.#synchronise();
    while (this.#waiting.length > 0) await this.#sendTogether(this.#waiting.splice(0, this.#maxTogether));
    this.#sending = false;
  }

  /** Takes the chain's count where it is ahead of ours, or has gone back; not that of an endpoint that only lags. */
  async #synchronise(): Promise<void> {
    if (this.#nonce === undefined) return;
    try {
      const count = await this.nextNonce();
      if (count > this.#nonce || (count < this.#nonce && !(await this.#isMined(this.#mined)))) this.#nonce = count;
    } catch {
      // Whoever sends next hears what is wrong.
      this.#nonce = undefined;
    }
  }

  async #isMined(transactionHash: Hash | undefined): Promise<boolean> {
    if (transactionHash === undefined) return false;
    return (await this.connection.request("eth_getTransactionReceipt", [transactionHash])) !== null;
  }

  async #sendTogether(batch: readonly Waiting[]): Promise<void> {
    try {
      const signed = await this.#sign(batch);
      const hashes = await this.#submit(signed);
      await Promise.all(batch.map((waiting, index) => this.#settle(waiting, hashes[index])));
    } catch (error) {
      for (const waiting of batch) waiting.reject(error);
    }
  }

  async #sign(batch: readonly Waiting[]): Promise<string[]> {
    this.#chainId ??= BigInt(await this.connection.request<Hex>("eth_chainId"));
    this.#nonce ??= await this.nextNonce();
    const first = this.#nonce;
    const chainId = this.#chainId;
    this.#nonce += batch.length;
    return batch.map(({ request }, index) => {
      const { to = null, data, gasLimit, value = 0n } = request;
      const fees = { maxFeePerGas: this.#maxFeePerGas, maxPriorityFeePerGas: this.#maxPriorityFeePerGas };
      const transaction = { chainId, nonce: first + index, to, data, gasLimit, value, ...fees };
      return signTransaction(transaction, this.#wallet.signingKey).raw;
    });
  }

  /** Hands transactions in; gives for each its receipt, its hash to ask the receipt with, or why it was refused. */
  async #submit(signed: readonly string[]): Promise<Submission[]> {
    const synchronous = this.#synchronous && signed.length === 1;
    const method = synchronous ? "eth_sendRawTransactionSync" : "eth_sendRawTransaction";
    const submissions = await Promise.all(
      signed.map((raw) =>
        this.connection.request<RawReceipt | Hash>(method, [raw]).then(
          (result): Submission => (typeof result === "string" ? { hash: result } : { receipt: result }),
          (error: unknown): Submission => ({ error }),
        ),
      ),
    );
    if (synchronous && rpcErrorObject(submissions[0]?.error)?.code === METHOD_NOT_FOUND) {
      this.#synchronous = false;
      return this.#submit(signed);
    }
    // After a refusal the count here may be ahead of the chain's: ask again before the next.
    if (submissions.some(({ error }) => error !== undefined)) this.#nonce = undefined;
    return submissions;
  }

  async #settle(waiting: Waiting, submission: Submission | undefined): Promise<void> {
    try {
      if (submission?.error !== undefined) throw submission.error;
      const raw = submission?.receipt ?? (await this.#pollReceipt(submission?.hash as Hash));
      this.#mined = raw.transactionHash;
      if (BigInt(raw.status) === 1n) waiting.resolve(readReceipt(raw));
      else throw await this.#revertReason(waiting.request, raw);
    } catch (error) {
      waiting.reject(error);
    }
  }

  async #pollReceipt(transactionHash: Hash): Promise<RawReceipt> {
    const deadline = performance.now() + POLL_TIMEOUT_MS;
    for (let pause = 1; performance.now() < deadline; pause = Math.min(pause * 2, MAX_POLL_PAUSE_MS)) {
      const receipt = await this.connection.request<RawReceipt | null>("eth_getTransactionReceipt", [transactionHash]);
      if (receipt !== null) return receipt;
      await setTimeout(pause);
    }
    this.#nonce = undefined;
    throw new EnigmaError("transaction-lost", { data: { transactionHash } });
  }

  /** What the failed transaction reverted with: from a trace where the endpoint has one, else from doing it again. */
  async #revertReason(
    request: TransactionRequest,
    { transactionHash, blockNumber, gasUsed }: RawReceipt,
  ): Promise<Error> {
    if (BigInt(gasUsed) >= request.gasLimit) {
      return new EnigmaError("transaction-out-of-gas", { data: { transactionHash, gasLimit: request.gasLimit } });
    }
    const tracer = [transactionHash, { tracer: "callTracer" }];
    const trace = this.connection.request<{ output?: Hex }>("debug_traceTransaction", tracer);
    const output = await trace.then(
      (call) => call.output,
      async () => {
        const { to, data } = request;
        const parent = `0x${(BigInt(blockNumber) - 1n).toString(16)}`;
        const repeated = this.connection.request("eth_call", [{ from: this.address, to, data }, parent]);
        return repeated.then(() => undefined, revertData);
      },
    );
    return revertError(output ?? "0x", transactionHash);
  }
}

function readReceipt(raw: RawReceipt): TransactionReceipt {
  return {
    transactionHash: raw.transactionHash,
    blockHash: raw.blockHash,
    blockNumber: BigInt(raw.blockNumber),
    gasUsed: BigInt(raw.gasUsed),
    contractAddress: raw.contractAddress === null ? null : address(raw.contractAddress),
    logs: raw.logs,
  };
}
