/**
 * Points in time that a whole network can go back to. The chain itself goes back; its nodes see their blocks gone, as in any
 * reorganisation, and follow: they undo what those blocks told them, enclaves load the states that stand now from their logs.
 */
import type { LocalNetwork } from "../../network/local-network.ts";
import { EnigmaError } from "../../protocol/errors/enigma-error.ts";
import type { Hex } from "../../protocol/hex.ts";
import type { Snapshot } from "../contract/executor.ts";

interface Kept<S> {
  /** anvil's name of it, another after each use. */
  id: string;
  readonly order: number;
  readonly rest: S;
}

/** Snapshots of a chain with whatever else the bed remembers, `S`. */
export class NetworkSnapshots<S> {
  readonly #bed: object;
  readonly #network: LocalNetwork;
  readonly #kept = new Map<Snapshot, Kept<S>>();
  readonly #gone = new WeakSet<Snapshot>();
  #taken = 0;

  constructor(bed: object, network: LocalNetwork) {
    this.#bed = bed;
    this.#network = network;
  }

  async take(rest: S): Promise<Snapshot> {
    await this.#network.caughtUp();
    const snapshot: Snapshot = Object.freeze({ bed: this.#bed });
    const id = await this.#request<string>("evm_snapshot");
    this.#kept.set(snapshot, { id, order: this.#taken++, rest });
    return snapshot;
  }

  /**
   * Goes back, and gives what was remembered. Snapshots that were taken later are gone.
   * @throws EnigmaError `snapshot-unknown`, `snapshot-gone`
   */
  async goBack(snapshot: Snapshot): Promise<S> {
    const kept = this.#kept.get(snapshot);
    if (kept === undefined) throw new EnigmaError(this.#gone.has(snapshot) ? "snapshot-gone" : "snapshot-unknown");
    // What a node was just told by a transaction of its own it must have followed before that is gone.
    await this.#network.caughtUp();
    await this.#request("evm_revert", kept.id);
    await this.#restoreBaseFee();
    kept.id = await this.#request<string>("evm_snapshot");
    for (const [other, { order }] of this.#kept) {
      if (order <= kept.order) continue;
      this.#kept.delete(other);
      this.#gone.add(other);
    }
    await this.#network.caughtUp();
    return kept.rest;
  }

  /** anvil goes on from the fee of the blocks that are gone, and blocks would differ by it. */
  async #restoreBaseFee(): Promise<void> {
    const fee = nextBaseFee(await this.#request<FeeFields>("eth_getBlockByNumber", "latest", false));
    await this.#request("anvil_setNextBlockBaseFeePerGas", `0x${fee.toString(16)}`);
  }

  #request<T>(method: string, ...params: unknown[]): Promise<T> {
    return this.#network.view.connection.request<T>(method, params);
  }
}

/** What the next block's fee follows from. */
interface FeeFields {
  readonly baseFeePerGas: Hex;
  readonly gasUsed: Hex;
  readonly gasLimit: Hex;
}

/** The base fee of the block after one, in wei (EIP-1559). */
export function nextBaseFee(block: FeeFields): bigint {
  const [fee, used, target] = [BigInt(block.baseFeePerGas), BigInt(block.gasUsed), BigInt(block.gasLimit) / 2n];
  if (used === target) return fee;
  if (used < target) return fee - (fee * (target - used)) / target / 8n;
  const more = (fee * (used - target)) / target / 8n;
  return fee + (more > 0n ? more : 1n);
}
