/**
 * Says which waiting tasks go into the enclave next. Lanes take turns at being first; one that lacks something is prepared
 * meanwhile; one that fails rests for a while that grows with its failures. A lane whose last task requires a call on
 * Ethereum waits until that is settled.
 */

import type { Clock } from "../protocol/clock.ts";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import type { Logger } from "../protocol/logger.ts";
import { backoff } from "../protocol/retry.ts";
import type { Lane } from "./lane.ts";
import type { LanePreparation } from "./lane-preparation.ts";
import type { OpenTask } from "./open-task.ts";

export interface LaneSchedulerOptions {
  readonly preparation: Pick<LanePreparation, "isReady" | "prepare">;
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

export class LaneScheduler {
  private readonly options: LaneSchedulerOptions;
  /** Lanes with waiting tasks, the next one first. */
  private readonly withWork = new Set<Lane>();

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
    const { preparation, batchSize, signal } = this.options;
    const batch: OpenTask[] = [];
    if (signal.aborted) return batch;
    for (const lane of [...this.withWork]) {
      const most = batchSize - batch.length;
      if (lane.preparing || most === 0 || lane.awaitsCalls) continue;
      const candidates = lane.waiting.slice(0, most);
      const unready = candidates.findIndex((task) => !preparation.isReady(task));
      const taken = lane.waiting.splice(0, unready === -1 ? candidates.length : unready);
      for (const task of taken) lane.running.add(task.recordHash);
      batch.push(...taken);
      this.withWork.delete(lane);
      if (lane.waiting.length > 0) this.withWork.add(lane);
      if (unready === 0) this.prepareIfNeeded(lane);
    }
    return batch;
  }

  /** Lets a lane rest, then goes on with it. */
  rest(lane: Lane, error: unknown): void {
    const { clock, log, signal } = this.options;
    if (signal.aborted) return;
    const resume = lane.pause();
    lane.failures += 1;
    const fields = {
      group: lane.group,
      failures: lane.failures,
      code: error instanceof EnigmaError ? error.code : "unexpected",
      reason: error instanceof Error ? error.message : String(error),
    };
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
        this.rest(lane, error);
        resume();
      },
    );
  }
}
