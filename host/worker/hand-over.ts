/**
 * Takes over contracts when the epoch turns.
 *
 * As soon as the next epoch is set, it is known which groups this worker will serve in it. Their modules, keys and states are
 * brought into the enclave ahead, checked against the chain, and follow what their present worker commits until the turn. At
 * the turn only what is missing is loaded. Groups that this worker serves already need nothing but the next epoch's keys.
 */

import type { Clock } from "../protocol/clock.ts";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import type { Address } from "../protocol/hex.ts";
import type { Logger } from "../protocol/logger.ts";
import type { Observe } from "../protocol/observer.ts";
import type { ContractStore, KnownContract } from "../storage/contract-store.ts";
import type { ChainState } from "./chain-state.ts";
import type { KnownEpoch } from "./epoch-schedule.ts";
import type { HeldStates } from "./held-states.ts";
import type { KeySupply } from "./key-supply.ts";
import type { ModuleSupply } from "./module-supply.ts";
import type { StateLoader } from "./state-loader.ts";

export interface HandOverOptions {
  readonly worker: Address;
  readonly chain: Pick<ChainState, "currentEpoch" | "nextEpoch" | "selectedIn">;
  readonly contracts: Pick<ContractStore, "groups" | "ofGroup" | "get">;
  readonly keys: Pick<KeySupply, "ensure">;
  readonly modules: Pick<ModuleSupply, "load">;
  readonly loader: Pick<StateLoader, "bring">;
  readonly held: Pick<HeldStates, "isCurrent">;
  readonly clock: Clock;
  readonly log: Logger;
  readonly observe: Observe;
  readonly signal: AbortSignal;
}

/** Contracts that are loaded at the same time. */
const TOGETHER = 8;
/** Ciphertext that is loaded ahead, at most; contracts beyond it are loaded when their first task comes. */
const MAX_AHEAD_BYTES = 256 * 1024 * 1024;

export class HandOver {
  private readonly options: HandOverOptions;
  /** The epoch that is being prepared, and the contracts that pass to this worker with it. */
  private next: { readonly epoch: KnownEpoch; readonly contracts: ReadonlySet<Address> } | undefined;
  /** The epoch that ruled when this was last asked. */
  private ruling: KnownEpoch | undefined;
  private aheadBytes = 0;

  constructor(options: HandOverOptions) {
    this.options = options;
  }

  /** Prepares for the epoch that is set and does not rule yet, if there is one. Never rejects. */
  async epochSet(): Promise<void> {
    const { chain, clock, observe } = this.options;
    this.ruling ??= chain.currentEpoch;
    const epoch = chain.nextEpoch;
    if (epoch === undefined || this.next?.epoch.number === epoch.number) return;
    const started = clock.now();
    const mine = this.contractsIn(epoch);
    const arriving = this.withoutThoseOf(this.ruling, mine);
    this.next = { epoch, contracts: new Set(arriving.map(({ secretContract }) => secretContract)) };
    this.aheadBytes = 0;
    const keys = Promise.all(mine.map((contract) => this.quietly(contract, () => this.keysFor(contract, epoch))));
    const entries = await this.bringAll(arriving, MAX_AHEAD_BYTES);
    await keys;
    if (arriving.length === 0) return;
    const milliseconds = clock.now() - started;
    observe({ kind: "hand-over-prepared", epoch: epoch.number, contracts: arriving.length, entries, milliseconds });
  }

  /** Loads entries of a contract that were just stored, if it is to pass to this worker. Never rejects. */
  async follow(secretContract: Address): Promise<void> {
    const contract = this.options.contracts.get(secretContract);
    if (contract === undefined || !this.next?.contracts.has(secretContract)) return;
    await this.quietly(contract, () => this.options.loader.bring(contract));
  }

  /** Completes what this worker took over with the epoch that rules now. Never rejects. */
  async turned(): Promise<void> {
    const { chain, clock, held, observe } = this.options;
    const epoch = chain.currentEpoch;
    const before = this.ruling;
    this.ruling = epoch;
    if (epoch === undefined || before === undefined || before.number === epoch.number) return;
    if (this.next !== undefined && this.next.epoch.number <= epoch.number) this.next = undefined;
    const started = clock.now();
    const arrived = this.withoutThoseOf(before, this.contractsIn(epoch));
    if (arrived.length === 0) return;
    const missing = arrived.filter(({ secretContract }) => !held.isCurrent(secretContract));
    const keys = Promise.all(arrived.map((contract) => this.quietly(contract, () => this.keysFor(contract, epoch))));
    this.aheadBytes = 0;
    const entries = await this.bringAll(missing, MAX_AHEAD_BYTES);
    await keys;
    const milliseconds = clock.now() - started;
    observe({ kind: "hand-over-done", epoch: epoch.number, contracts: arrived.length, entries, milliseconds });
  }

  /** The chain went back: what was prepared is prepared anew when the epoch is set again. */
  rollBack(): void {
    this.next = undefined;
    this.ruling = this.options.chain.currentEpoch;
  }

  private contractsIn(epoch: KnownEpoch): KnownContract[] {
    const { contracts, chain, worker } = this.options;
    const groups = [...contracts.groups()].filter((group) => chain.selectedIn(epoch, group) === worker);
    return groups.flatMap((group) => contracts.ofGroup(group));
  }

  private withoutThoseOf(epoch: KnownEpoch | undefined, contracts: readonly KnownContract[]): KnownContract[] {
    const { chain, worker } = this.options;
    return contracts.filter(({ group }) => epoch === undefined || chain.selectedIn(epoch, group) !== worker);
  }

  /** The keys of the epoch, and of the one before it: users may have encrypted to those. */
  private async keysFor(contract: KnownContract, epoch: KnownEpoch): Promise<void> {
    const epochs = epoch.number > 1n ? [epoch.number - 1n, epoch.number] : [epoch.number];
    await Promise.all(epochs.map((each) => this.options.keys.ensure(contract, each)));
  }

  /** Brings modules and states of contracts into the enclave, some at a time; gives the number of log entries. */
  private async bringAll(contracts: readonly KnownContract[], mostBytes: number): Promise<number> {
    const { signal } = this.options;
    const left = [...contracts];
    let total = 0;
    const work = async (): Promise<void> => {
      for (let contract = left.shift(); contract !== undefined; contract = left.shift()) {
        if (signal.aborted || this.aheadBytes > mostBytes) return;
        const present = contract;
        await this.quietly(present, async () => {
          total += await this.bring(present);
        });
      }
    };
    await Promise.all(Array.from({ length: TOGETHER }, work));
    return total;
  }

  private async bring(contract: KnownContract): Promise<number> {
    const { modules, loader } = this.options;
    const [, { entries, bytes }] = await Promise.all([
      modules.load(contract.codeHash, contract.rules),
      loader.bring(contract),
    ]);
    this.aheadBytes += bytes;
    return entries;
  }

  /** What fails here is tried again when a task needs it. */
  private async quietly(contract: KnownContract, work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const code = error instanceof EnigmaError ? error.code : "unexpected";
      if (!this.options.signal.aborted) {
        this.options.log.warn("hand-over-delayed", { secretContract: contract.secretContract, code });
      }
    }
  }
}
