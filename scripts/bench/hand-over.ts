// A contract passes from worker to worker while its log grows, and then to workers that have nothing of it.

import { deploySample, type OrderedCall, runMany } from "./bench-contract.ts";
import { BenchNetwork } from "./bench-network.ts";
import { type BenchUser, benchUsers } from "./bench-user.ts";
import { type EnclaveLoads, enclaveLoads } from "./enclave-log.ts";
import { EpochTurns, type HandOver } from "./epoch-turns.ts";
import { handOverReport } from "./hand-over-report.ts";
import { JoiningWorker } from "./joining-worker.ts";
import type { Suite, SuiteOptions } from "./suite.ts";

/** Log entries, without checkpoints. */
const SIZES = [1, 100, 10_000];
const HAND_OVERS = 7;
/** Likewise, but with an epoch that begins as soon as it is set. */
const SUDDEN = 3;
/** Tasks that write a new key each: any more of them and the contract would make a checkpoint. */
const WITHOUT_CHECKPOINT = 900;
/** Entries that the enclave loads by itself. */
const ENCLAVE_ENTRIES = 2_000;
const REPEATS = 7;
/** Short epochs, since all of their blocks have to be closed to see them turn. */
const SETTINGS = { epochBlocks: 20, taskTimeoutBlocks: 100_000 };
/** Of the joining worker: with so much it is selected nearly always. */
const LARGE_STAKE = 10_000n * 10n ** 18n;

/** A log of `entries` tasks that passed on. */
export interface SizedHandOvers {
  readonly entries: number;
  /** The new worker had its time before the turn. */
  readonly prepared: readonly HandOver[];
  /** It had none. */
  readonly sudden: readonly HandOver[];
}

/** What was measured. */
export interface HandOverFigures {
  readonly sizes: readonly SizedHandOvers[];
  /** Tasks a second while the log was made. */
  readonly making: number;
  /** A worker without anything takes over: from the last checkpoint, and from the first entry of a log without one. */
  readonly fromCheckpoint: HandOver;
  readonly fromOrigin: HandOver;
  readonly enclave: EnclaveLoads;
}

/** `hand-over`: what an epoch's turn costs a contract, by the age of its log, and how fast a log is caught up with. */
export const handOverSuite: Suite = async (options) => {
  options.progress("the enclave alone");
  const enclave = await enclaveLoads(ENCLAVE_ENTRIES, REPEATS);
  const fromOrigin = await withEntries(options, (bench) => fromTheFirst(bench, options));
  const aged = await withMillionaires(options, (bench) => whileItGrows(bench, options));
  return handOverReport({ ...aged, fromOrigin, enclave });
};

/** A network with one contract in it. */
interface Bench {
  readonly network: BenchNetwork;
  readonly turns: EpochTurns;
  /** A task of the contract that writes. */
  readonly call: OrderedCall;
}

async function withMillionaires<T>(options: SuiteOptions, work: (bench: Bench) => Promise<T>): Promise<T> {
  return withNetwork(options, async (network, user) => {
    const contract = await deploySample(user, "millionaires");
    const addMillionaire = contract.getFunction("addMillionaire");
    return useTurns(network, contract.address, (number) => addMillionaire(number), work);
  });
}

/** Every task writes a key of its own, so that all of the log is needed. */
async function withEntries<T>(options: SuiteOptions, work: (bench: Bench) => Promise<T>): Promise<T> {
  return withNetwork(options, async (network, user) => {
    const contract = await deploySample(user, "probe", ["0x01", "0x02"]);
    const set = contract.getFunction("set");
    const key = (number: number) => `0x${number.toString(16).padStart(16, "0")}`;
    return useTurns(network, contract.address, (number) => set(key(number), key(number)), work);
  });
}

async function withNetwork<T>(
  { progress, signal }: SuiteOptions,
  work: (network: BenchNetwork, user: BenchUser) => Promise<T>,
): Promise<T> {
  progress("starting a network");
  const network = await BenchNetwork.start(signal, SETTINGS);
  try {
    const [user] = (await benchUsers(network.ready, 1)) as [BenchUser];
    return await work(network, user).finally(() => user.enigma.close());
  } finally {
    await network.stop();
  }
}

async function useTurns<T>(
  network: BenchNetwork,
  contract: string,
  call: OrderedCall,
  work: (bench: Bench) => Promise<T>,
): Promise<T> {
  const turns = new EpochTurns(network, contract, call);
  return work({ network, turns, call }).finally(() => turns.close());
}

/** Hand-overs at every age of the log, then one to a worker that has nothing of it. */
async function whileItGrows({ network, turns, call }: Bench, options: SuiteOptions) {
  const { progress, signal, deadline } = options;
  const sizes: SizedHandOvers[] = [];
  let making = 0;
  let written = 1;
  for (const entries of SIZES) {
    const start = performance.now();
    const missing = entries - written;
    await runMany(missing, call, (done) => progress(`${written + done} of ${entries} entries`), signal);
    if (missing > 0) making = (missing * 1000) / (performance.now() - start);
    written = entries;
    progress(`hand-overs with ${entries} entries`);
    const several = async (count: number, prepared: boolean): Promise<HandOver[]> => {
      const found: HandOver[] = [];
      while (found.length < count && (found.length === 0 || performance.now() < deadline)) {
        signal.throwIfAborted();
        found.push(await turns.handOver({ prepared }));
      }
      return found;
    };
    sizes.push({ entries, prepared: await several(HAND_OVERS, true), sudden: await several(SUDDEN, false) });
  }
  return { sizes, making, fromCheckpoint: await toNewWorker({ network, turns }, options) };
}

async function fromTheFirst(bench: Bench, options: SuiteOptions): Promise<HandOver> {
  await runMany(WITHOUT_CHECKPOINT, bench.call, undefined, options.signal);
  return toNewWorker(bench, options);
}

/** A contract passes to a worker that has just joined, with an empty database. */
async function toNewWorker(
  { network, turns }: Pick<Bench, "network" | "turns">,
  { progress, signal }: SuiteOptions,
): Promise<HandOver> {
  progress("a worker joins");
  const worker = await JoiningWorker.join(network.ready, signal, LARGE_STAKE);
  try {
    return await turns.handOver({ to: worker.address, news: () => worker.news() });
  } finally {
    await worker.leave();
  }
}
