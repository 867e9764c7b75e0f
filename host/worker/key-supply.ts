/**
 * Gets contract keys from the principal into the enclave.
 *
 * What the host carries is sealed between the two enclaves. Requests that are made together and name the same epoch go
 * out as one, up to what one grant holds. A principal that is down is asked again until it answers: tasks wait for their
 * keys, they do not fail. What it refuses is thrown, since by the next attempt other contracts may be this worker's.
 */

import type { WantedContract, WorkerEnclave } from "../enclave/enclave-client.ts";
import type { EnclaveLink } from "../enclave/enclave-link.ts";
import type { Clock } from "../protocol/clock.ts";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import type { Address } from "../protocol/hex.ts";
import { toHex } from "../protocol/hex.ts";
import type { Logger } from "../protocol/logger.ts";
import type { Observe } from "../protocol/observer.ts";
import { parseGrantResult } from "../protocol/principal-rpc-types.ts";
import { backoff, pause } from "../protocol/retry.ts";
import type { RpcClient } from "../rpc/rpc-client.ts";

export interface KeySupplyOptions {
  readonly link: EnclaveLink<WorkerEnclave>;
  readonly principal: RpcClient;
  /** The chain's time in seconds. */
  readonly now: () => bigint;
  readonly clock: Clock;
  readonly log: Logger;
  readonly observe: Observe;
  readonly signal: AbortSignal;
}

/** Contracts of one request, at most: enclaves refuse larger ones. */
const MAX_CONTRACTS = 256;

interface Asked {
  readonly holders: Map<Address, WantedContract>;
  readonly granted: Promise<void>;
}

export class KeySupply {
  private readonly options: KeySupplyOptions;
  /** Keys that the enclave of the present generation holds, as `epoch/contract`. */
  private readonly held = new Set<string>();
  private generation = 0;
  private readonly asked = new Map<bigint, Asked>();

  constructor(options: KeySupplyOptions) {
    this.options = options;
  }

  /**
   * Resolves when the enclave holds the contract's keys of the epoch.
   *
   * @throws EnigmaError `enclave-gone`, and what either enclave refuses the request with
   */
  ensure(holder: WantedContract, epoch: bigint): Promise<void> {
    this.forgetOldGeneration();
    if (this.held.has(nameOf(epoch, holder.secretContract))) return Promise.resolve();
    const open = this.asked.get(epoch);
    if (open !== undefined && open.holders.size < MAX_CONTRACTS) {
      open.holders.set(holder.secretContract, holder);
      return open.granted;
    }
    const holders = new Map([[holder.secretContract, holder]]);
    const granted = Promise.resolve().then(() => {
      if (this.asked.get(epoch)?.holders === holders) this.asked.delete(epoch);
      return this.request(epoch, [...holders.values()]);
    });
    this.asked.set(epoch, { holders, granted });
    return granted;
  }

  /** Says whether the enclave holds the contract's keys of the epoch. */
  holds(secretContract: Address, epoch: bigint): boolean {
    this.forgetOldGeneration();
    return this.held.has(nameOf(epoch, secretContract));
  }

  /** Forgets that the enclave holds a key, after it said that it does not. */
  forget(secretContract: Address, epoch: bigint): void {
    this.held.delete(nameOf(epoch, secretContract));
  }

  private forgetOldGeneration(): void {
    if (this.generation === this.options.link.generation) return;
    this.generation = this.options.link.generation;
    this.held.clear();
  }

  private async request(epoch: bigint, contracts: WantedContract[]): Promise<void> {
    const { link, principal, now, log, signal, clock, observe } = this.options;
    for (let attempt = 0; !signal.aborted; attempt += 1) {
      const enclave = await link.get();
      const generation = link.generation;
      try {
        const { request } = await enclave.requestContractKeys({ epoch, contracts });
        const answer = await principal.call("principal_grantContractKeys", { request: toHex(request) }, signal);
        const { grant } = parseGrantResult(answer);
        await enclave.acceptContractKeys({ grant, now: now() });
        if (generation !== link.generation) continue;
        this.forgetOldGeneration();
        for (const { secretContract } of contracts) this.held.add(nameOf(epoch, secretContract));
        observe({
          kind: "keys-granted",
          epoch,
          contracts: contracts.map((each) => each.secretContract),
          grantBytes: grant.length,
        });
        return;
      } catch (error) {
        if (signal.aborted) break;
        if (!(error instanceof EnigmaError) || error.code !== "principal-unreachable") throw error;
        log.warn("keys-not-granted", { epoch, attempt, code: error.code });
        await pause(clock, backoff(attempt), signal);
      }
    }
    throw new EnigmaError("enclave-gone");
  }
}

function nameOf(epoch: bigint, secretContract: Address): string {
  return `${epoch}/${secretContract}`;
}
