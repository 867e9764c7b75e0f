/**
 * How the tasks of a test network ran: they are run again, in the order in which they were settled, in a simulation that follows
 * the network. It is brought up to date when a trace is asked for, and begins anew where the network has gone back.
 */
import type { EnigmaDomain } from "../../protocol/eip712-domain.ts";
import { EnigmaError } from "../../protocol/errors/enigma-error.ts";
import type { Hash } from "../../protocol/hex.ts";
import type { Trace } from "../contract/trace.ts";
import {
  type Replayed,
  ReplayingSimulation,
  type SettledCallRun,
  type SettledDeployment,
} from "../enclave/replaying-simulation.ts";

/** A settled task: what it was, and where Ethereum settled it. */
export type SettledTaskRun = { readonly taskId: Hash; readonly settledIn: bigint } & (
  | { readonly call: SettledCallRun }
  | { readonly deployment: SettledDeployment }
);

export class TaskTraces {
  readonly #domain: EnigmaDomain;
  readonly #seed: Hash;
  #runs: SettledTaskRun[] = [];
  readonly #replayed = new Map<Hash, Replayed>();
  #simulation: Promise<ReplayingSimulation> | undefined;
  /** Block of the newest settlement that the simulation has followed. */
  #followed = -1n;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(domain: EnigmaDomain, seed: Hash) {
    this.#domain = domain;
    this.#seed = seed;
  }

  /** Takes in a task that was settled. */
  add(run: SettledTaskRun): void {
    this.#runs.push(run);
  }

  /** What a snapshot has to remember. */
  get settled(): readonly SettledTaskRun[] {
    return [...this.#runs];
  }

  /** The network has gone back: these are the tasks that stand. */
  async goBack(settled: readonly SettledTaskRun[]): Promise<void> {
    this.#runs = [...settled];
    await this.close();
  }

  /** @throws EnigmaError `trace-unavailable` */
  async trace(taskId: Hash): Promise<Trace> {
    return (await this.#followedTask(taskId)).trace();
  }

  /** Whether the task changed a value. @throws EnigmaError `trace-unavailable` */
  async changedState(taskId: Hash): Promise<boolean> {
    return (await this.#followedTask(taskId)).changedState();
  }

  /** Gives back the simulation's memory; the next trace starts another. */
  async close(): Promise<void> {
    const simulation = this.#simulation;
    this.#simulation = undefined;
    this.#replayed.clear();
    this.#followed = -1n;
    (await simulation?.catch(() => undefined))?.close();
  }

  #followedTask(taskId: Hash): Promise<Replayed> {
    const followed = this.#turn.then(async () => {
      await this.#follow();
      const replayed = this.#replayed.get(taskId);
      if (replayed === undefined)
        throw new EnigmaError("trace-unavailable", { data: { reason: "the network has gone back behind the task" } });
      return replayed;
    });
    this.#turn = followed.catch(() => undefined);
    return followed;
  }

  async #follow(): Promise<void> {
    const isNew = (run: SettledTaskRun): boolean => !this.#replayed.has(run.taskId);
    // One that was told late, but settled before others that were followed: they may have run on other states.
    if (this.#runs.some((run) => isNew(run) && run.settledIn < this.#followed)) await this.close();
    this.#simulation ??= ReplayingSimulation.start(this.#domain, this.#seed);
    const simulation = await this.#simulation;
    const fresh = this.#runs.filter(isNew).sort((left, right) => Number(left.settledIn - right.settledIn));
    for (const run of fresh) {
      this.#replayed.set(run.taskId, "call" in run ? simulation.call(run.call) : simulation.deploy(run.deployment));
      this.#followed = run.settledIn;
    }
  }
}
