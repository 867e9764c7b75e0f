/**
 * Says which waiting tasks go into the enclave next. Lanes take turns at being first; one that lacks something is prepared
 * meanwhile; one that fails rests for a while that grows with its failures. A lane whose last task requires a call on
 * Ethereum waits until that is settled.
 *
 * A task that cannot be prepared, for a reason that says nothing about the tasks behind it, is parked: it leaves the order
 * of its lane, with those that lack the same, and takes its place again after a while that grows each time.
 */

import type { Clock } from "../protocol/clock.ts";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import type { Hash } from "../protocol/hex.ts";
import type { Logger } from "../protocol/logger.ts";
import { backoff } from "../protocol/retry.ts";
import type { Lane } from "./lane.ts";
import type { LanePreparation } from "./lane-preparation.ts";
import { contractsOf, type OpenTask } from "./open-task.ts";
import type { SuspectTasks } from "./suspect-tasks.ts";

export interface LaneSchedulerOptions {
  readonly preparation: Pick<LanePreparation, "isReady" | "prepare">;
  readonly suspects: SuspectTasks;
  /** Tasks of one batch, at most. */
  readonly batchSize: number;
  /** Called when there may be a batch. */
  readonly onWork: () => void;
  readonly clock: Clock;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

/** Repetitions after which a task's trouble is an error in the log instead of a warning. */
const MANY_FAILURES = 5;

/** Faults of the node or the chain, which every task of the lane would meet as well. */
const FAULTS_OF_ALL = new Set(["enclave-gone", "no-epoch", "chain-unreachable", "chain-rpc-error"]);

/** The first pause of a parked task in milliseconds, which doubles each time, and the longest. */
const FIRST_PARKING_MS = 500;
const LONGEST_PARKING_MS = 60_000;

/** How long a task is parked that kills the enclave. */
const KILLER_PARKING_MS = 30 * 60_000;

export class LaneScheduler {
  private readonly options: LaneSchedulerOptions;
  /** Lanes with waiting tasks, the next one first. */
  private readonly withWork = new Set<Lane>();
  /** How often tasks were parked, by record hash. */
  private readonly parkings = new Map<Hash, number>();

  constructor(options: LaneSchedulerOptions) {
    this.options = options;
  }

  /** Goes on with a lane in which something has changed. */
  pump(lane: Lane): void {
    if (lane.waiting.length === 0) return;
    this.withWork.add(lane);
    this.prepareIfNeeded(lane);
    this.options.onWork();
  }

  /** Waiting tasks of ready lanes, taken out of them. */
  nextBatch(): OpenTask[] {
    const { preparation, suspects, batchSize, signal } = this.options;
    const batch: OpenTask[] = [];
    let most = batchSize;
    if (signal.aborted) return batch;
    for (const lane of [...this.withWork]) {
      if (lane.preparing || batch.length >= most || lane.awaitsCalls) continue;
      const candidates = lane.waiting.slice(0, most - batch.length);
      const unready = candidates.findIndex((task) => !preparation.isReady(task));
      const ready = unready === -1 ? candidates : candidates.slice(0, unready);
      const fitting = suspects.fitting(ready, batch.length, most);
      most = fitting.most;
      const taken = lane.waiting.splice(0, fitting.count);
      for (const task of taken) {
        lane.running.add(task.recordHash);
        this.parkings.delete(task.recordHash);
      }
      batch.push(...taken);
      if (unready === 0) this.prepareIfNeeded(lane);
      // A lane whose first task has to wait for another batch stays where it is.
      if (taken.length === 0 && ready.length > 0) continue;
      this.withWork.delete(lane);
      if (lane.waiting.length > 0) this.withWork.add(lane);
    }
    return batch;
  }

  /** The enclave gave an error for a task that waits again: the lane rests; after many times the task is parked instead. */
  failed(lane: Lane, task: OpenTask | undefined, error: unknown): void {
    if (task === undefined || lane.failures < MANY_FAILURES || isFaultOfAll(error)) {
      this.rest(lane, error);
      return;
    }
    lane.failures = 0;
    this.parkWithThoseAlike(lane, task, error);
    this.pump(lane);
  }

  /** Parks a task that kills the enclave for long: tried again and again, it would take every other task along. */
  parkKiller(lane: Lane, task: OpenTask): void {
    this.options.log.error("task-kills-enclave", { taskId: task.taskId, group: lane.group });
    this.park(lane, [task], KILLER_PARKING_MS);
  }

  /** Tries parked tasks that need a module again, now that it is there. */
  moduleArrived(lane: Lane, codeHash: Hash): void {
    const tasks = [...lane.parked.values()].filter((task) =>
      contractsOf(task).some((each) => each.codeHash === codeHash),
    );
    if (tasks.filter((task) => lane.unpark(task)).length > 0) this.pump(lane);
  }

  /** Lets a lane rest, then goes on with it. */
  rest(lane: Lane, error: unknown): void {
    const { clock, log, signal } = this.options;
    if (signal.aborted) return;
    const resume = lane.pause();
    lane.failures += 1;
    const fields = { group: lane.group, failures: lane.failures, ...faultOf(error) };
    if (lane.failures < MANY_FAILURES) log.warn("tasks-delayed", fields);
    else log.error("tasks-stuck", fields);
    clock.after(lane.failures === 1 ? 0 : backoff(lane.failures - 2), () => {
      resume();
      this.pump(lane);
    });
  }

  private prepareIfNeeded(lane: Lane): void {
    const { preparation } = this.options;
    const [first] = lane.waiting;
    if (first === undefined || lane.preparing || lane.running.size > 0 || preparation.isReady(first)) return;
    const resume = lane.pause();
    preparation.prepare(lane).then(
      (prepared) => {
        resume();
        // Else the settlement of what is unsettled goes on with the lane.
        if (prepared) this.pump(lane);
      },
      (error: unknown) => {
        if (isFaultOfAll(error)) this.rest(lane, error);
        else this.parkWithThoseAlike(lane, first, error);
        resume();
        this.pump(lane);
      },
    );
  }

  private parkWithThoseAlike(lane: Lane, first: OpenTask, error: unknown): void {
    const { log } = this.options;
    // It may have been let go meanwhile.
    const tasks = lane.waiting.filter((task) => task === first || lacksTheSame(task, error));
    if (tasks.length === 0) return;
    const parkings = this.parkings.get(first.recordHash) ?? 0;
    for (const { recordHash } of tasks) this.parkings.set(recordHash, parkings + 1);
    const milliseconds = Math.min(FIRST_PARKING_MS * 2 ** parkings, LONGEST_PARKING_MS);
    const fields = { taskId: first.taskId, group: lane.group, tasks: tasks.length, parkings, ...faultOf(error) };
    if (parkings < MANY_FAILURES) log.warn("task-parked", fields);
    else log.error("task-cannot-be-prepared", fields);
    this.park(lane, tasks, milliseconds);
  }

  private park(lane: Lane, tasks: readonly OpenTask[], milliseconds: number): void {
    const { clock, signal } = this.options;
    for (const task of tasks) lane.park(task);
    clock.after(milliseconds, () => {
      if (signal.aborted) return;
      // One that is not parked any more has ended, or its turn came earlier.
      for (const task of tasks) if (!lane.unpark(task)) this.parkings.delete(task.recordHash);
      this.pump(lane);
    });
  }
}

function faultOf(error: unknown): { readonly code: string; readonly reason: string } {
  return {
    code: error instanceof EnigmaError ? error.code : "unexpected",
    reason: error instanceof Error ? error.message : String(error),
  };
}

function isFaultOfAll(error: unknown): boolean {
  return error instanceof EnigmaError && FAULTS_OF_ALL.has(error.code);
}

/** Says whether a task needs the very module or log for want of which another one could not be prepared. */
function lacksTheSame(task: OpenTask, error: unknown): boolean {
  if (!(error instanceof EnigmaError)) return false;
  const { codeHash, secretContract } = error.data;
  return contractsOf(task).some(
    (each) =>
      (error.code === "module-missing" && each.codeHash === codeHash) ||
      (error.code === "log-unavailable" && each.secretContract === secretContract),
  );
}
