/**
 * Which contracts' states the enclave holds, and how far. What an enclave held is gone with its process, so everything here
 * counts for one generation of it.
 */

import type { Enclave } from "../enclave/enclave-client.ts";
import type { EnclaveLink } from "../enclave/enclave-link.ts";
import type { Address, Hash } from "../protocol/hex.ts";

/** A contract's state in the enclave, pending tasks left aside. */
export interface HeldState {
  readonly tip: Hash;
  /** Index of the log entry after it. */
  readonly length: number;
  /** True when the state on chain is, or may be, another one by now. */
  readonly stale: boolean;
}

export class HeldStates {
  private readonly link: Pick<EnclaveLink<Enclave>, "generation">;
  private readonly states = new Map<Address, HeldState>();
  private generation = 0;

  constructor(link: Pick<EnclaveLink<Enclave>, "generation">) {
    this.link = link;
  }

  /** What the enclave of the present generation holds of a contract. */
  get(secretContract: Address): HeldState | undefined {
    this.forgetOldGeneration();
    return this.states.get(secretContract);
  }

  /** Says whether it holds the state on chain, besides pending tasks of this worker. */
  isCurrent(secretContract: Address): boolean {
    return this.get(secretContract)?.stale === false;
  }

  /** Notes what the enclave holds now. */
  set(secretContract: Address, tip: Hash, length: number): void {
    this.forgetOldGeneration();
    this.states.set(secretContract, { tip, length, stale: false });
  }

  /** Notes that a task of this worker has become part of the state on chain; for a contract that is held and current only. */
  advance(secretContract: Address, tip: Hash, length: number): void {
    if (this.isCurrent(secretContract)) this.set(secretContract, tip, length);
  }

  /** Notes that the state on chain is another one. */
  moved(secretContract: Address): void {
    const held = this.get(secretContract);
    if (held !== undefined) this.states.set(secretContract, { ...held, stale: true });
  }

  /** Notes that every state on chain may be another one. */
  allMoved(): void {
    for (const secretContract of this.states.keys()) this.moved(secretContract);
  }

  /** Notes that nothing is known of what the enclave holds of a contract. */
  forget(secretContract: Address): void {
    this.states.delete(secretContract);
  }

  private forgetOldGeneration(): void {
    if (this.generation === this.link.generation) return;
    this.generation = this.link.generation;
    this.states.clear();
  }
}
