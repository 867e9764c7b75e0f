import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import type { Address } from "../protocol/hex.ts";
import type { EnigmaReader } from "./enigma-reader.ts";

/**
 * Keeps an order that the account cannot pay from costing Ethereum gas.
 *
 * The balance is read when what is known of it does not suffice, not for every task: between two readings it is only
 * counted down by this client's own orders. Fees that come back are seen at the next reading; what other programs
 * spend from the same account is seen by the Enigma contract, which has the last word.
 */
export class Funds {
  readonly #reader: EnigmaReader;
  readonly #account: Address;
  #known = 0n;
  #underWay = 0n;

  constructor(reader: EnigmaReader, account: Address) {
    this.#reader = reader;
    this.#account = account;
  }

  /** Sets an amount aside while its record is created. @throws `record-refused` if the balance is too low */
  async reserve(amount: bigint): Promise<void> {
    if (this.#known < amount) {
      this.#known = (await this.#reader.balance(this.#account)) - this.#underWay;
    }
    if (this.#known < amount) {
      const reason = `BalanceTooLow(${this.#known}, ${amount})`;
      throw new EnigmaError("record-refused", { data: { error: "BalanceTooLow", reason } });
    }
    this.#known -= amount;
    this.#underWay += amount;
  }

  /** The record exists: its escrow left the balance. */
  spend(amount: bigint): void {
    this.#underWay -= amount;
  }

  /** There will be no record. */
  release(amount: bigint): void {
    this.#underWay -= amount;
    this.#known += amount;
  }
}
