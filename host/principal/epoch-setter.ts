/**
 * Sets the epochs: the first when enough workers are logged in, every other when the contract's schedule says so.
 *
 * The snapshot is read from the chain at the snapshot's block, signed by the enclave, and checked by the contract; what this
 * code gets wrong is refused there. An epoch is stored before it is sent, so that a restart signs the same again.
 */

import type { PrincipalEnclave } from "../enclave/enclave-client.ts";
import type { EnclaveLink } from "../enclave/enclave-link.ts";
import type { ChainBlock, ChainView } from "../ethereum/chain-view.ts";
import type { EnigmaAccount } from "../ethereum/enigma-account.ts";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import type { LogFields, Logger } from "../protocol/logger.ts";
import type { Observe } from "../protocol/observer.ts";
import type { PrincipalStore, StoredEpoch } from "../storage/principal-store.ts";

export interface EpochSetterOptions {
  readonly chain: ChainView;
  readonly account: EnigmaAccount;
  readonly link: EnclaveLink<PrincipalEnclave>;
  readonly store: PrincipalStore;
  /** The first epoch waits until this many workers are logged in. */
  readonly expectedWorkers: number;
  readonly log: Logger;
  readonly observe: Observe;
}

/** Blocks between sending an epoch and its first block: the contract wants at least 2, and blocks may come quickly. */
const LEAD_BLOCKS = 34n;

/** Events that change whom a snapshot counts. */
const CHANGES_OF_WORKERS: ReadonlySet<string> = new Set([
  ...["WorkerLoggedIn", "WorkerLoggedOut", "WorkerUnregistered", "StakeDeposited", "StakeWithdrawn"],
  ...["WorkerPenalised", "WorkerSlashed"],
]);

export class EpochSetter {
  /** Resolves when the network has an epoch. */
  readonly first: Promise<void>;
  private readonly options: EpochSetterOptions;
  private readonly resolveFirst: () => void;
  /** The number of the epoch that was set last. */
  private latest = 0n;
  /** The block whose snapshot the next epoch takes; undefined while there is no epoch. */
  private scheduled: bigint | undefined;
  /** Whether the contract may stand elsewhere than it was read. */
  private outdated = false;
  /** Whether there may be enough workers for the first epoch now. */
  private workersChanged = true;
  /** What kept the next epoch from being set, as it was last told: every block brings another attempt. */
  private told = "";

  constructor(options: EpochSetterOptions) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.options = options;
    this.first = promise;
    this.resolveFirst = resolve;
  }

  get latestNumber(): bigint {
    return this.latest;
  }

  /** Reads where the contract stands, and sets an epoch that is due. */
  async open(): Promise<void> {
    await this.refresh();
    await this.consider((await this.options.chain.head()).number);
  }

  /** Sets the epoch that a block has made due. What fails is tried again with the next block. */
  async takeBlock(block: ChainBlock): Promise<void> {
    for (const { name } of block.events) {
      if (name === "EpochSet") this.outdated = true;
      if (CHANGES_OF_WORKERS.has(name)) this.workersChanged = true;
    }
    await this.consider(block.number);
  }

  /**
   * Blocks have left the chain, and with them perhaps epochs. The enclave goes on from those that stand, and signs no older one
   * anew; so where more than the newest is gone, it is started again, without them.
   */
  async takeRollback(): Promise<void> {
    this.outdated = true;
    this.workersChanged = true;
    const { chain, store, link, log } = this.options;
    try {
      const { number } = await chain.contract.latestEpoch();
      if (!store.epochs().some((epoch) => epoch.number > number)) return;
      await store.forgetEpochsAbove(number);
      await link.renew();
    } catch (error) {
      // As with every block: it is looked at again with the next one.
      log.warn("epochs-not-compared", { reason: String(error) });
    }
  }

  private async refresh(): Promise<void> {
    const { contract } = this.options.chain;
    const { number } = await contract.latestEpoch();
    this.scheduled = number === 0n ? undefined : await contract.scheduledSnapshotBlock();
    this.latest = number;
    this.outdated = false;
    if (number > 0n) this.resolveFirst();
  }

  private async consider(head: bigint): Promise<void> {
    try {
      if (this.outdated) await this.refresh();
      if (this.latest === 0n) {
        if (this.workersChanged) await this.setFirst(head);
        this.workersChanged = false;
      } else if (this.scheduled !== undefined && head >= this.scheduled) {
        await this.setNext();
      }
    } catch (error) {
      // Somebody else may have handed it in, or the schedule has moved on: read anew, and try again with the next block.
      this.outdated = true;
      this.workersChanged = true;
      this.tell("epoch-not-set", {
        epoch: this.latest + 1n,
        code: error instanceof EnigmaError ? error.code : "unexpected",
        reason: String(error),
      });
    }
  }

  private tell(event: "epoch-not-set" | "epoch-without-workers", fields: LogFields): void {
    const telling = JSON.stringify([event, String(fields.epoch), fields.code]);
    if (telling !== this.told) this.options.log.error(event, fields);
    this.told = telling;
  }

  private async setFirst(head: bigint): Promise<void> {
    const { chain, expectedWorkers, log } = this.options;
    const { workers } = await chain.contract.snapshotAt(head);
    if (workers.length < expectedWorkers) {
      log.info("workers-awaited", { loggedIn: workers.length, expected: expectedWorkers });
      return;
    }
    await this.set(1n, head, head + 1n);
  }

  private async setNext(): Promise<void> {
    await this.refresh();
    // Blocks may have come in a burst, of which we follow an early one: what is sent must hold at the chain's end.
    const head = (await this.options.chain.head()).number;
    const number = this.latest + 1n;
    const scheduled = this.scheduled;
    if (scheduled === undefined || head < scheduled) return;
    // What was signed before a failure or a restart is sent again as long as it can still be taken.
    const signed = this.options.store
      .epochs()
      .find((epoch) => epoch.number === number && epoch.snapshotBlock === scheduled);
    const firstBlock = signed !== undefined && signed.firstBlock > head + 3n ? signed.firstBlock : head + LEAD_BLOCKS;
    await this.set(number, scheduled, firstBlock);
  }

  private async set(number: bigint, snapshotBlock: bigint, firstBlock: bigint): Promise<void> {
    const { chain, account, link, store, observe } = this.options;
    const header = await chain.header(snapshotBlock);
    if (header === undefined)
      throw new EnigmaError("chain-unreachable", { detail: `Block ${snapshotBlock} is missing.` });
    const { workers } = await chain.contract.snapshotAt(snapshotBlock);
    if (workers.length === 0) {
      // Nobody was logged in then. The epoch that rules goes on; the schedule moves to a later block when this one is too old.
      this.tell("epoch-without-workers", { epoch: number, snapshotBlock });
      return;
    }
    const members = await Promise.all(
      workers.map(async (worker) => ({
        ...worker,
        signer: (await chain.contract.worker(worker.address, snapshotBlock)).signer,
      })),
    );
    const epoch: StoredEpoch = { number, snapshotBlock, blockHash: header.hash, firstBlock, workers: members };
    const { seed, signature } = await (await link.get()).signEpoch(epoch);
    await store.putEpoch(epoch);
    await account.setEpoch({ number, seed, snapshotBlock, firstBlock, signature });
    this.told = "";
    observe({ kind: "epoch-set", epoch: number, workers: members.map((member) => member.address) });
    await this.refresh();
  }
}
