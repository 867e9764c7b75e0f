/** Runs the calls of tests in a simulation: each in a block of its own, on the states that the one before left. */

import { concatBytes } from "../../protocol/bytes.ts";
import { EnigmaError } from "../../protocol/errors/enigma-error.ts";
import { type Address, addressFromBytes, fromHex } from "../../protocol/hex.ts";
import { keccakBytes } from "../../protocol/keccak.ts";
import { MAX_GAS_LIMIT } from "../../protocol/limits.ts";
import type { Account } from "../contract/account.ts";
import type { Executed, ExecutionOrder, Executor, Reexecution, Snapshot } from "../contract/executor.ts";
import type { Trace } from "../contract/trace.ts";
import type { Deployment, RawCall } from "./debug-package.ts";
import type { KnownContracts } from "./known-contracts.ts";
import { replayElsewhere } from "./replay-elsewhere.ts";
import {
  evidenceOf,
  type JournalEntry,
  type Run,
  runIn,
  runsUpTo,
  type SimulationOrigin,
  traceIn,
} from "./run-journal.ts";
import type { LogLine, Ran, Simulation } from "./simulation.ts";
import { buildTrace } from "./trace-tree.ts";
import type { RecordedRun } from "./tracer.ts";

/** A deployment, as plain bytes. */
export interface DeploymentOrder {
  readonly codeHash: Uint8Array;
  readonly input: Uint8Array;
  readonly from: Account;
  readonly gasLimit: bigint | undefined;
  /** Undefined: a group of its own. */
  readonly group: Address | undefined;
}

/** The block that the newest call ran in. */
export interface BlockClock {
  epoch: bigint;
  number: bigint;
  /** Unix seconds. */
  timestamp: bigint;
}

export interface EnclaveExecutorOptions {
  readonly defaultAccount: Account;
  readonly gasLimit: bigint;
  readonly clock: BlockClock;
  /** Gets what contracts log. */
  readonly log: (line: LogLine) => void;
  /** Where the simulation began. */
  readonly origin: SimulationOrigin;
}

/** Seconds from block to block. */
const BLOCK_SECONDS = 1n;
const NO_TOUCHES = new Uint8Array();

interface EnclaveSnapshot extends Snapshot {
  readonly number: number;
  readonly clock: BlockClock;
  readonly nonce: bigint;
  readonly nextTimestamp: bigint | undefined;
  readonly journal: JournalEntry | undefined;
}

/** A run that is over. */
interface Settled {
  readonly run: Run;
  /** Of the simulation, before it. */
  readonly position: bigint;
  /** Undefined for a view. */
  readonly entry: JournalEntry | undefined;
  readonly root: Address;
}

export class EnclaveExecutor implements Executor {
  readonly defaultAccount: Account;
  readonly #simulation: Simulation;
  readonly #known: KnownContracts;
  readonly #options: EnclaveExecutorOptions;
  readonly #addresses = new Map<Address, Uint8Array>();
  readonly #modules: Uint8Array[] = [];
  #clock: BlockClock;
  #journal: JournalEntry | undefined;
  #nonce = 0n;
  #snapshots = 0;
  #nextTimestamp: bigint | undefined;
  #closed = false;

  constructor(simulation: Simulation, known: KnownContracts, options: EnclaveExecutorOptions) {
    this.defaultAccount = options.defaultAccount;
    this.#simulation = simulation;
    this.#known = known;
    this.#options = options;
    this.#clock = options.clock;
  }

  get clock(): Readonly<BlockClock> {
    return this.#clock;
  }

  execute(order: ExecutionOrder): Executed {
    const { contract, calldata, from, touches, view } = order;
    this.#mustBeOpen();
    const nonce = this.#nonce;
    const gasLimit = this.#gasLimit(order.gasLimit);
    const touched = touches.length === 0 ? NO_TOUCHES : concatBytes(...touches.map((one) => this.#bytes(one)));
    const call: RawCall = [this.#bytes(contract), calldata, this.#bytes(from.address), nonce, gasLimit, touched, view];
    if (!view) this.nextBlock();
    return this.#run({ kind: "call", order: call, moment: this.#begin() }, { root: contract, settles: !view });
  }

  /** Loads a module; its code hash. */
  load(module: Uint8Array): Uint8Array {
    this.#mustBeOpen();
    if (!this.#modules.includes(module)) this.#modules.push(module);
    return this.#simulation.load(module);
  }

  /** Deploys: the new contract's address, and what its constructor came to. */
  deploy(order: DeploymentOrder): { readonly address: Address; readonly executed: Executed } {
    this.#mustBeOpen();
    const nonce = this.#nonce;
    const sender = this.#bytes(order.from.address);
    const place = keccakBytes(concatBytes(sender, new TextEncoder().encode(`deployment ${nonce}`)));
    const address = addressFromBytes(place.subarray(12));
    const contract = this.#bytes(address);
    const group = order.group === undefined ? contract : this.#bytes(order.group);
    const gasLimit = this.#gasLimit(order.gasLimit);
    const deployment: Deployment = [order.codeHash, contract, group, order.input, sender, nonce, gasLimit];
    this.nextBlock();
    const run: Run = { kind: "deployment", order: deployment, moment: this.#begin() };
    return { address, executed: this.#run(run, { root: address, settles: true }) };
  }

  async snapshot(): Promise<EnclaveSnapshot> {
    this.#mustBeOpen();
    const number = this.#snapshots++;
    this.#simulation.snapshot(number);
    const [clock, nonce, nextTimestamp] = [{ ...this.#clock }, this.#nonce, this.#nextTimestamp];
    return { bed: this, number, clock, nonce, nextTimestamp, journal: this.#journal };
  }

  async revert(snapshot: Snapshot): Promise<void> {
    this.#mustBeOpen();
    if (snapshot.bed !== this) throw new EnigmaError("snapshot-unknown");
    const { number, clock, nonce, nextTimestamp, journal } = snapshot as EnclaveSnapshot;
    this.#simulation.revert(number);
    this.#clock = { ...clock };
    this.#nonce = nonce;
    this.#nextTimestamp = nextTimestamp;
    this.#journal = journal;
  }

  /** Closes a block. */
  nextBlock(): void {
    this.#clock.number += 1n;
    this.#clock.timestamp = this.#nextTimestamp ?? this.#clock.timestamp + BLOCK_SECONDS;
    this.#nextTimestamp = undefined;
  }

  /** Lets the next block come so many seconds later than it would. @throws EnigmaError `time-not-later` */
  increaseTime(seconds: bigint): void {
    this.setNextTimestamp((this.#nextTimestamp ?? this.#clock.timestamp) + seconds);
  }

  /** The time of the next block. @throws EnigmaError `time-not-later` */
  setNextTimestamp(timestamp: bigint): void {
    if (timestamp <= this.#clock.timestamp)
      throw new EnigmaError("time-not-later", { data: { time: timestamp, last: this.#clock.timestamp } });
    this.#nextTimestamp = timestamp;
  }

  advanceEpoch(): bigint {
    this.nextBlock();
    this.#clock.epoch += 1n;
    return this.#clock.epoch;
  }

  /** Ends it; what was running cannot be traced any more. */
  close(): void {
    if (!this.#closed) this.#simulation.close();
    this.#closed = true;
  }

  #begin(): Run["moment"] {
    const { epoch, number, timestamp } = this.#clock;
    this.#nonce += 1n;
    return { epoch, number, timestamp };
  }

  #run(run: Run, about: { root: Address; settles: boolean }): Executed {
    const { position } = this.#simulation;
    const ran = runIn(this.#simulation, run);
    // A view leaves nothing that others could execute.
    const entry = about.settles ? { before: this.#journal, run } : undefined;
    if (entry !== undefined) this.#journal = entry;
    return this.#executed(ran, { run, position, entry, root: about.root });
  }

  #executed(ran: Ran, { run, position, entry, root }: Settled): Executed {
    for (const line of ran.lines) this.#options.log(line);
    const { ending, observed, opened, changed } = ran;
    let trace: Trace | undefined;
    return {
      ...{ ending, observed, opened },
      logs: ran.lines.map(({ text }) => text),
      changedState: () => changed,
      replay: entry && (() => this.#replay(ran, entry, position)),
      trace: () => {
        trace ??= buildTrace(this.#trace(run, position), root, ran, this.#known);
        return trace;
      },
    };
  }

  async #replay(ran: Ran, entry: JournalEntry, position: bigint): Promise<Reexecution[]> {
    const expected = evidenceOf(ran, this.#trace(entry.run, position));
    return replayElsewhere({ origin: this.#options.origin, modules: this.#modules, runs: runsUpTo(entry) }, expected);
  }

  #trace(run: Run, position: bigint): RecordedRun {
    if (this.#closed) throw new EnigmaError("trace-unavailable", { data: { reason: "the enclave is closed" } });
    return traceIn(this.#simulation, run, position);
  }

  #gasLimit(wanted: bigint | undefined): bigint {
    const limit = wanted ?? this.#options.gasLimit;
    if (limit > 0n && limit <= MAX_GAS_LIMIT) return limit;
    throw new EnigmaError("invalid-params", {
      data: { field: "gasLimit", problem: `it is not between 1 and ${MAX_GAS_LIMIT}` },
    });
  }

  #bytes(address: Address): Uint8Array {
    let bytes = this.#addresses.get(address);
    if (bytes === undefined) {
      bytes = fromHex(address, 20, "address");
      this.#addresses.set(address, bytes);
    }
    return bytes;
  }

  #mustBeOpen(): void {
    if (this.#closed) throw new EnigmaError("test-bed-closed");
  }
}
