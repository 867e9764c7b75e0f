import { EnigmaError, type ErrorCode } from "../protocol/errors/enigma-error.ts";
import type { Address } from "../protocol/hex.ts";
import { enigmaInterface } from "./enigma-interface.ts";
import { type EthereumEndpoint, type EthereumReceipt, revertDataOf } from "./ethereum-endpoint.ts";
import type { TransactionCall, TransactionSubmitter } from "./transaction-submitter.ts";

/** The transactions of one account, one at a time, with the reason when one reverts. */
export class AccountTransactions {
  readonly #sender: Address;
  readonly #submitter: TransactionSubmitter;
  readonly #endpoint: EthereumEndpoint;
  #last: Promise<unknown> = Promise.resolve();

  constructor(sender: Address, submitter: TransactionSubmitter, endpoint: EthereumEndpoint) {
    this.#sender = sender;
    this.#submitter = submitter;
    this.#endpoint = endpoint;
  }

  /** Runs `action` when every earlier one has ended. */
  exclusively<T>(action: () => Promise<T>): Promise<T> {
    const next = this.#last.then(action);
    this.#last = next.catch(() => undefined);
    return next;
  }

  /** Sends from within `exclusively`. @throws `refusal` with the contract's error if the transaction reverts */
  async send(call: TransactionCall, refusal: ErrorCode): Promise<EthereumReceipt> {
    const receipt = await this.#submitter.submit(call);
    if (BigInt(receipt.status) === 1n) return receipt;
    throw await this.#reasonOf(call, receipt, refusal);
  }

  /** Does a reverted transaction again as a call, which tells why. */
  async #reasonOf(call: TransactionCall, receipt: EthereumReceipt, refusal: ErrorCode): Promise<EnigmaError> {
    const { transactionHash } = receipt;
    try {
      await this.#endpoint.call(call.to, call.data, { from: this.#sender });
    } catch (cause) {
      return new EnigmaError(refusal, { data: { ...describeRevert(revertDataOf(cause)), transactionHash }, cause });
    }
    const reason = "the same call would succeed now";
    return new EnigmaError(refusal, { data: { error: "unknown", reason, transactionHash } });
  }
}

/** What an error of the Enigma contract says: `error` is its name, `reason` the whole of it. */
function describeRevert(data: string | undefined): { error: string; reason: string } {
  const parsed = data === undefined ? null : enigmaInterface.parseError(data);
  if (parsed === null)
    return { error: "unknown", reason: data === undefined || data === "0x" ? "no reason given" : data };
  return { error: parsed.name, reason: `${parsed.name}(${parsed.args.join(", ")})` };
}
