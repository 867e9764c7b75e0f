/**
 * Brings contracts' states into the enclave, rebuilt from their encrypted logs: from what the enclave has on, or else from
 * the last checkpoint.
 */

import type { WantedContract, WorkerEnclave } from "../enclave/enclave-client.ts";
import type { EnclaveLink } from "../enclave/enclave-link.ts";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import type { Address, Hash } from "../protocol/hex.ts";
import { EMPTY_STATE_HASH, type LogEntry } from "../protocol/log-entry.ts";
import type { LogStart, LogStore, LogTip } from "../storage/log-store.ts";
import type { ChainState } from "./chain-state.ts";
import type { HeldStates } from "./held-states.ts";
import type { KeySupply } from "./key-supply.ts";
import type { LogSupply } from "./log-supply.ts";

/** Bytes of log entries that go into one ecall. */
const CHUNK_BYTES = 1024 * 1024;

/** What the enclave refuses a log with that is not what it claims to be: it is fetched again. */
const LOG_FAULTS = new Set(["log-entry-unreadable", "log-entry-malformed", "log-start", "log-gap", "log-tip-differs"]);

/** What was loaded. */
export interface LoadedEntries {
  readonly entries: number;
  /** Of ciphertext. */
  readonly bytes: number;
}

export interface StateLoaderOptions {
  readonly chain: Pick<ChainState, "tip">;
  readonly link: EnclaveLink<WorkerEnclave>;
  readonly keys: Pick<KeySupply, "ensure" | "forget">;
  readonly logs: Pick<LogSupply, "complete">;
  readonly store: LogStore;
  readonly held: HeldStates;
}

interface Chunk {
  readonly entries: LogEntry[];
  readonly stateBefore: Hash;
  readonly expectedTip: Hash;
}

export class StateLoader {
  private readonly options: StateLoaderOptions;
  private readonly running = new Map<Address, Promise<LoadedEntries>>();

  constructor(options: StateLoaderOptions) {
    this.options = options;
  }

  /**
   * Resolves when the enclave holds the contract's state on chain. Not for a contract with pending tasks.
   *
   * @throws EnigmaError `log-unavailable`, `enclave-gone`, and what the enclave refuses the log or the keys with
   */
  bring(contract: WantedContract): Promise<LoadedEntries> {
    const { secretContract } = contract;
    const known = this.running.get(secretContract);
    if (known !== undefined) return known;
    const running = this.bringNow(contract).finally(() => this.running.delete(secretContract));
    this.running.set(secretContract, running);
    return running;
  }

  /** Readies the enclave for a contract that is about to be deployed, also again after its deployment left the chain. */
  async begin(contract: WantedContract): Promise<void> {
    const { held, link } = this.options;
    const { secretContract } = contract;
    const enclave = await link.get();
    // Whatever is known of it here: the enclave may hold a state that this host has lost sight of.
    await enclave.loadLog({ ...contract, stateBefore: EMPTY_STATE_HASH, entries: [], expectedTip: EMPTY_STATE_HASH });
    held.set(secretContract, EMPTY_STATE_HASH, 0);
  }

  private async bringNow(contract: WantedContract): Promise<LoadedEntries> {
    const { chain, link, logs, store, held } = this.options;
    const { secretContract } = contract;
    let loaded: LoadedEntries = { entries: 0, bytes: 0 };
    for (;;) {
      await logs.complete(secretContract);
      await store.written(secretContract);
      const enclave = await link.get();
      const { generation } = link;
      const { tip, length, ...more } = await this.load(enclave, contract);
      loaded = { entries: loaded.entries + more.entries, bytes: loaded.bytes + more.bytes };
      if (generation !== link.generation) continue;
      held.set(secretContract, tip, length);
      if ((await chain.tip(secretContract)) === tip) return loaded;
    }
  }

  /** Loads what the store has; gives where that ends, too. */
  private async load(enclave: WorkerEnclave, contract: WantedContract): Promise<LoadedEntries & LogTip> {
    const { keys, store, held } = this.options;
    const { secretContract } = contract;
    const start = this.startFor(secretContract);
    const epochs = new Set<bigint>();
    for (const { entry } of store.steps(secretContract, start.index)) epochs.add(entry.epoch);
    await Promise.all([...epochs].map((epoch) => keys.ensure(contract, epoch)));
    let [tip, length, bytes] = [start.stateBefore, start.index, 0];
    try {
      for (const { entries, stateBefore, expectedTip } of chunks(store, secretContract, start)) {
        await enclave.loadLog({ ...contract, stateBefore, entries, expectedTip });
        tip = expectedTip;
        length += entries.length;
        bytes = entries.reduce((total, { ciphertext }) => total + ciphertext.length, bytes);
      }
      return { entries: length - start.index, bytes, tip, length };
    } catch (error) {
      held.forget(secretContract);
      if (error instanceof EnigmaError && error.code === "contract-keys-missing") {
        for (const epoch of epochs) keys.forget(secretContract, epoch);
      }
      if (error instanceof EnigmaError && LOG_FAULTS.has(error.code)) await store.forget(secretContract);
      throw error;
    }
  }

  /** The first entry that the enclave lacks, or where a state is rebuilt from. */
  private startFor(secretContract: Address): LogStart {
    const { store, held } = this.options;
    const start = store.start(secretContract);
    const known = held.get(secretContract);
    if (known === undefined || known.length < start.index) return start;
    const continues = store.stateBefore(secretContract, known.length) === known.tip;
    return continues ? { index: known.length, stateBefore: known.tip } : start;
  }
}

function* chunks(store: LogStore, secretContract: Address, start: LogStart): Generator<Chunk> {
  let entries: LogEntry[] = [];
  let bytes = 0;
  let { stateBefore } = start;
  let expectedTip = stateBefore;
  for (const { entry, stateAfter } of store.steps(secretContract, start.index)) {
    entries.push(entry);
    bytes += entry.ciphertext.length + 128;
    expectedTip = stateAfter;
    if (bytes < CHUNK_BYTES) continue;
    yield { entries, stateBefore, expectedTip };
    entries = [];
    bytes = 0;
    stateBefore = expectedTip;
  }
  if (entries.length > 0) yield { entries, stateBefore, expectedTip };
}
