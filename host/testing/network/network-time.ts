/** The clock of a test network's Ethereum: each block is a second after the one before, unless it is given another time. */
import type { LocalNetwork } from "../../network/local-network.ts";
import { EnigmaError } from "../../protocol/errors/enigma-error.ts";
import type { TestTime } from "../contract/test-bed.ts";

export class NetworkTime implements TestTime {
  readonly #network: LocalNetwork;
  /** What the next block was given; a block that is not earlier has taken it. */
  #given: bigint | undefined;

  constructor(network: LocalNetwork) {
    this.#network = network;
  }

  async increase(seconds: bigint | number): Promise<void> {
    const by = BigInt(seconds);
    const next = ((await this.#waiting()) ?? (await this.now())) + by;
    if (by !== 0n) await this.setNext(next);
  }

  async setNext(unixSeconds: bigint | number): Promise<void> {
    const time = BigInt(unixSeconds);
    const last = await this.now();
    if (time <= last) throw new EnigmaError("time-not-later", { data: { time, last } });
    await this.#network.view.connection.request("evm_setNextBlockTimestamp", [`0x${time.toString(16)}`]);
    this.#given = time;
  }

  async now(): Promise<bigint> {
    return (await this.#network.view.head()).timestamp;
  }

  /** What is to be remembered of it in a snapshot. */
  async given(): Promise<bigint | undefined> {
    return this.#waiting();
  }

  /** The chain has gone back, and has forgotten what time its next block was given. */
  async goBack(given: bigint | undefined): Promise<void> {
    this.#given = undefined;
    if (given !== undefined) await this.setNext(given);
  }

  async #waiting(): Promise<bigint | undefined> {
    return this.#given !== undefined && this.#given > (await this.now()) ? this.#given : undefined;
  }
}
