import { Signature, type Signer } from "ethers";
import type { EnigmaDomain } from "../protocol/eip712-domain.ts";
import type { Address, Hash, Hex } from "../protocol/hex.ts";
import type { TaskRecord } from "../protocol/task-record.ts";
import type { AccountTransactions } from "./account-transactions.ts";
import { enigmaInterface } from "./enigma-interface.ts";
import type { EnigmaReader } from "./enigma-reader.ts";

const PERMIT = {
  Permit: [
    { name: "owner", type: "address" },
    { name: "spender", type: "address" },
    { name: "value", type: "uint256" },
    { name: "nonce", type: "uint256" },
    { name: "deadline", type: "uint256" },
  ],
};

/** A permit names its amount, its spender and a nonce, so it needs no further limit in time. */
const NO_DEADLINE = 2n ** 256n - 1n;
const DEPOSIT_GAS = 250_000n;
const WITHDRAW_GAS = 150_000n;
const REFUND_GAS = 150_000n;

/** ENG that moves between the account's wallet and its balance in the Enigma contract. */
export class Deposits {
  readonly #domain: EnigmaDomain;
  readonly #signer: Signer;
  readonly #account: Address;
  readonly #reader: EnigmaReader;
  readonly #transactions: AccountTransactions;

  constructor(
    domain: EnigmaDomain,
    signer: Signer,
    account: Address,
    reader: EnigmaReader,
    transactions: AccountTransactions,
  ) {
    this.#domain = domain;
    this.#signer = signer;
    this.#account = account;
    this.#reader = reader;
    this.#transactions = transactions;
  }

  /** Moves `amount` in with one transaction, by a signed permit (EIP-2612). @throws `transaction-reverted` */
  async deposit(amount: bigint): Promise<Hash> {
    const { r, s, v } = await this.#permit(amount);
    return this.#send("depositWithPermit", [amount, NO_DEADLINE, v, r, s], DEPOSIT_GAS);
  }

  /** Moves `amount` out. @throws `transaction-reverted` */
  withdraw(amount: bigint): Promise<Hash> {
    return this.#send("withdrawBalance", [amount], WITHDRAW_GAS);
  }

  /** Takes back the escrow of a task that was not settled in time. @throws `transaction-reverted` */
  refund(record: TaskRecord): Promise<Hash> {
    return this.#send("refund", [record], REFUND_GAS);
  }

  async #permit(value: bigint): Promise<Signature> {
    const token = await this.#reader.token();
    const [nonce, domain] = await Promise.all([
      this.#reader.permitNonce(token, this.#account),
      this.#reader.permitDomain(token),
    ]);
    const permit = { owner: this.#account, spender: this.#domain.enigma, value, nonce, deadline: NO_DEADLINE };
    const tokenDomain = { ...domain, chainId: this.#domain.chainId, verifyingContract: token };
    return Signature.from(await this.#signer.signTypedData(tokenDomain, PERMIT, permit));
  }

  #send(name: string, args: readonly unknown[], gasLimit: bigint): Promise<Hash> {
    const data = enigmaInterface.encodeFunctionData(name, args) as Hex;
    return this.#transactions.exclusively(async () => {
      const receipt = await this.#transactions.send(
        { to: this.#domain.enigma, data, gasLimit },
        "transaction-reverted",
      );
      return receipt.transactionHash;
    });
  }
}
