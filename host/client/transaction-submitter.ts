/**
 * Puts one transaction after the other on chain for one signer.
 *
 * A local wallet signs here, with a nonce counted here, and `eth_sendRawTransactionSync` (EIP-7966) answers with the
 * receipt where the endpoint has it; any other signer sends by itself. Either way nothing is asked that is known
 * already: gas limits come from the caller, and the fee cap is read once in a while.
 */
import { BaseWallet, JsonRpcSigner, type Signer, Transaction } from "ethers";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import type { Address, Hash, Hex } from "../protocol/hex.ts";
import { type SignedTransaction, signTransaction } from "../protocol/signed-transaction.ts";
import { type EthereumEndpoint, type EthereumReceipt, EthereumRpcError } from "./ethereum-endpoint.ts";
import { FeeCap, type TransactionFees } from "./fee-cap.ts";
import { growingPauses, pause } from "./pause.ts";

export interface TransactionCall {
  readonly to: Address;
  readonly data: Hex;
  readonly gasLimit: bigint;
}

/** Resolves with the receipt, also of a transaction that reverted. The caller sends one at a time. */
export interface TransactionSubmitter {
  submit(call: TransactionCall): Promise<EthereumReceipt>;
}

const METHOD_NOT_FOUND = -32601;
const NONCE_ATTEMPTS = 3;
/** How long the nonce counted here is believed. A chain that went back meanwhile would leave a transaction waiting for ever. */
const NONCE_BELIEVED_MS = 250;

/** The fitting submitter for a signer. */
export function transactionSubmitter(
  signer: Signer,
  sender: Address,
  chainId: bigint,
  endpoint: EthereumEndpoint,
): TransactionSubmitter {
  if (signer instanceof BaseWallet) return new WalletSubmitter(signer, sender, chainId, endpoint);
  return new SignerSubmitter(signer, endpoint);
}

class WalletSubmitter implements TransactionSubmitter {
  readonly #wallet: BaseWallet;
  readonly #sender: Address;
  readonly #chainId: bigint;
  readonly #endpoint: EthereumEndpoint;
  readonly #feeCap: FeeCap;
  #nonce: number | undefined;
  #countedAt = 0;
  #synchronous = true;

  constructor(wallet: BaseWallet, sender: Address, chainId: bigint, endpoint: EthereumEndpoint) {
    this.#wallet = wallet;
    this.#sender = sender;
    this.#chainId = chainId;
    this.#endpoint = endpoint;
    this.#feeCap = new FeeCap(endpoint);
  }

  async submit(call: TransactionCall): Promise<EthereumReceipt> {
    for (let attempt = 1; ; attempt += 1) {
      const [nonce, fees] = await Promise.all([this.#nextNonce(), this.#feeCap.next()]);
      const transaction = this.#sign(call, nonce, fees);
      try {
        const receipt = await this.#send(transaction);
        this.#nonce = nonce + 1;
        this.#countedAt = performance.now();
        return receipt;
      } catch (error) {
        // Another program may have used the account, or the fees have risen: ask again before the next attempt.
        this.#nonce = undefined;
        this.#feeCap.forget();
        if (attempt === NONCE_ATTEMPTS || !isOutdated(error)) throw refusal(error);
      }
    }
  }

  async #nextNonce(): Promise<number> {
    if (this.#nonce !== undefined && performance.now() - this.#countedAt < NONCE_BELIEVED_MS) return this.#nonce;
    return Number(await this.#endpoint.request<Hex>("eth_getTransactionCount", [this.#sender, "pending"]));
  }

  #sign(call: TransactionCall, nonce: number, fees: TransactionFees): SignedTransaction {
    const { signingKey } = this.#wallet;
    const transaction = { ...call, chainId: this.#chainId, nonce };
    if (fees.type === 2) return signTransaction({ ...transaction, value: 0n, ...fees }, signingKey);
    const legacy = Transaction.from({ ...transaction, ...fees });
    legacy.signature = signingKey.sign(legacy.unsignedHash);
    return { raw: legacy.serialized as Hex, hash: legacy.hash as Hash };
  }

  async #send(transaction: SignedTransaction): Promise<EthereumReceipt> {
    if (!this.#synchronous) {
      const hash = await this.#endpoint.request<Hash>("eth_sendRawTransaction", [transaction.raw]);
      return receiptOf(this.#endpoint, hash);
    }
    try {
      return await this.#endpoint.request<EthereumReceipt>("eth_sendRawTransactionSync", [transaction.raw]);
    } catch (error) {
      if (!(error instanceof EthereumRpcError)) throw error;
      // EIP-7966: an endpoint that gave up waiting names the transaction, which is on its way all the same.
      const { hash } = transaction;
      if (JSON.stringify(error.data)?.includes(hash)) return receiptOf(this.#endpoint, hash);
      if (error.code !== METHOD_NOT_FOUND) throw error;
      this.#synchronous = false;
      return this.#send(transaction);
    }
  }
}

class SignerSubmitter implements TransactionSubmitter {
  readonly #signer: Signer;
  readonly #endpoint: EthereumEndpoint;

  constructor(signer: Signer, endpoint: EthereumEndpoint) {
    this.#signer = signer;
    this.#endpoint = endpoint;
  }

  async submit(call: TransactionCall): Promise<EthereumReceipt> {
    return receiptOf(this.#endpoint, (await this.#hashOf(call)) as Hash);
  }

  async #hashOf(call: TransactionCall): Promise<string> {
    const signer = this.#signer;
    // A JsonRpcSigner's sendTransaction waits until it can look the transaction up; the receipt is waited for anyway.
    if (signer instanceof JsonRpcSigner) return signer.sendUncheckedTransaction(call);
    return (await signer.sendTransaction(call)).hash;
  }
}

/** Waits until a transaction is in a block. */
async function receiptOf(endpoint: EthereumEndpoint, transactionHash: Hash): Promise<EthereumReceipt> {
  const pauses = growingPauses(2, 500);
  for (;;) {
    const receipt = await endpoint.request<EthereumReceipt | null>("eth_getTransactionReceipt", [transactionHash]);
    if (receipt !== null) return receipt;
    await pause(pauses.next().value);
  }
}

function isOutdated(error: unknown): boolean {
  if (!(error instanceof EthereumRpcError)) return false;
  return /nonce|underpriced|max fee|base fee|already (known|imported)/i.test(error.message);
}

function refusal(error: unknown): unknown {
  if (!(error instanceof EthereumRpcError)) return error;
  return new EnigmaError("transaction-refused", { data: { reason: error.message }, cause: error });
}
