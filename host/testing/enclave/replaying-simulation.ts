/**
 * A simulation that follows a network: every settled task is executed in it, too, so that any of them can be traced as it ran.
 *
 * It has the network's chain, contracts, facts and inputs, but not the secret that random numbers come from: a task that drew
 * some may run otherwise, and so may those behind it. Where it does, that is said instead of showing a trace of another run.
 */
import type { Interface } from "ethers";
import { concatBytes } from "../../protocol/bytes.ts";
import type { EnigmaDomain } from "../../protocol/eip712-domain.ts";
import type { TaskEnding } from "../../protocol/ending.ts";
import { EnigmaError } from "../../protocol/errors/enigma-error.ts";
import { type Address, fromHex, type Hash } from "../../protocol/hex.ts";
import type { Trace } from "../contract/trace.ts";
import { KnownContracts } from "./known-contracts.ts";
import { type Moment, type Ran, Simulation } from "./simulation.ts";
import { buildTrace } from "./trace-tree.ts";
import type { RecordedRun } from "./tracer.ts";

/** What a task's record says, with its plaintext input, and how it came out. */
export interface SettledRun {
  readonly contract: Address;
  /** Calldata, or a constructor's arguments. */
  readonly input: Uint8Array;
  readonly sender: Address;
  /** Of the record: with the sender it makes the task's id. */
  readonly nonce: bigint;
  readonly gasLimit: bigint;
  readonly epoch: bigint;
  readonly blockNumber: bigint;
  /** Unix seconds. */
  readonly timestamp: bigint;
  readonly gasUsed: bigint;
  /** Null where the contract returned but a call to Ethereum that it required failed: nothing of it stands. */
  readonly ending: TaskEnding | null;
}

export interface SettledCallRun extends SettledRun {
  readonly touches: readonly Address[];
}

export interface SettledDeployment extends SettledRun {
  readonly module: Uint8Array;
  readonly group: Address;
  readonly abi: Interface;
  readonly name: string | undefined;
}

/** A task that was executed here as well. */
export interface Replayed {
  /** @throws EnigmaError `trace-unavailable` where it ran otherwise here, or too many tasks ago */
  trace(): Trace;
  /** Whether it changed a value. @throws EnigmaError as `trace` */
  changedState(): boolean;
}

export class ReplayingSimulation {
  readonly #simulation: Simulation;
  readonly #known = new KnownContracts();

  private constructor(simulation: Simulation) {
    this.#simulation = simulation;
  }

  /** @param seed 32 bytes that its own random numbers come from */
  static async start({ chainId, enigma }: EnigmaDomain, seed: Hash): Promise<ReplayingSimulation> {
    return new ReplayingSimulation(await Simulation.start(fromHex(seed, 32), BigInt(chainId), fromHex(enigma, 20)));
  }

  deploy(task: SettledDeployment): Replayed {
    const { module, group, abi, name, contract, input, sender, nonce, gasLimit } = task;
    const codeHash = this.#simulation.load(module);
    const functionNames = (): readonly string[] => this.#simulation.functionNames(codeHash);
    this.#known.add(contract, { name, abi, codeHash, functionNames });
    const places = [codeHash, fromHex(contract, 20), fromHex(group, 20)] as const;
    const order = [...places, input, fromHex(sender, 20), nonce, gasLimit] as const;
    return this.#follow(
      task,
      () => this.#simulation.deploy(...order),
      (moment) => this.#simulation.traceDeployment([...order], moment),
    );
  }

  call(task: SettledCallRun): Replayed {
    const { contract, input, sender, nonce, gasLimit } = task;
    const touches = concatBytes(...task.touches.map((touched) => fromHex(touched, 20)));
    const order = [fromHex(contract, 20), input, fromHex(sender, 20), nonce, gasLimit, touches, false] as const;
    return this.#follow(
      task,
      () => this.#simulation.call(...order),
      (moment) => this.#simulation.traceCall([...order], moment),
    );
  }

  /** Keeps the contracts as they are under a number of the caller's own. */
  snapshot(number: number): void {
    this.#simulation.snapshot(number);
  }

  /** @throws EnigmaError `snapshot-unknown` */
  revert(number: number): void {
    this.#simulation.revert(number);
  }

  close(): void {
    this.#simulation.close();
  }

  #follow(task: SettledRun, run: () => Ran, trace: (moment: Moment) => RecordedRun): Replayed {
    const { contract, epoch, blockNumber: number, timestamp } = task;
    this.#simulation.setBlock(epoch, number, timestamp);
    const moment = { position: this.#simulation.position, epoch, number, timestamp };
    if (task.ending === null) this.#simulation.snapshot(UNDO);
    const ran = run();
    if (task.ending === null) this.#simulation.revert(UNDO);
    return {
      trace: () => {
        mustBeTheSame(ran, task);
        return buildTrace(trace(moment), contract, ran, this.#known);
      },
      changedState: () => {
        mustBeTheSame(ran, task);
        return ran.changed && task.ending !== null;
      },
    };
  }
}

/** The snapshot that undoes a task; callers count from zero. */
const UNDO = 0xffff_ffff;

function mustBeTheSame({ ending, observed }: Ran, { gasUsed, ending: settled }: SettledRun): void {
  const name = settled?.name ?? "returned";
  if (ending.name === name && observed.gasUsed === gasUsed) return;
  const found = `${ending.name} with ${observed.gasUsed} gas instead of ${name} with ${gasUsed}`;
  throw new EnigmaError("trace-unavailable", {
    data: { reason: `run again without the network's random numbers it ended ${found}` },
  });
}
