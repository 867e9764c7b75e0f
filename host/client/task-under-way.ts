import type { Interface } from "ethers";
import type { EnigmaDomain } from "../protocol/eip712-domain.ts";
import { EnigmaError, isEnigmaError } from "../protocol/errors/enigma-error.ts";
import type { Address, Hash } from "../protocol/hex.ts";
import type { PrivateEventContent } from "../protocol/private-event.ts";
import type { TaskResult } from "../protocol/rpc-types.ts";
import type { TaskRecord } from "../protocol/task-record.ts";
import { isFinalStatus, type TaskStatus, type TaskUpdate } from "../protocol/task-status.ts";
import { type ContractEvent, eventsOfTask, openEffect } from "./contract-event.ts";
import type { EnigmaReader } from "./enigma-reader.ts";
import type { EthereumEndpoint } from "./ethereum-endpoint.ts";
import type { Gateway } from "./gateway.ts";
import { growingPauses, pause } from "./pause.ts";
import type { CreatedRecord } from "./record-queue.ts";
import { openResult, type SettledTask } from "./settled-task.ts";
import type { TaskEvents } from "./task-events.ts";

export interface TaskUnderWayContext {
  readonly domain: EnigmaDomain;
  readonly gateway: Gateway;
  readonly reader: EnigmaReader;
  readonly endpoint: EthereumEndpoint;
  readonly events: TaskEvents;
  readonly created: CreatedRecord;
  readonly id: Hash;
  readonly outputKey: Uint8Array;
}

/** How often a gateway is asked again for a result that it announced, before its absence is an error. */
const RESULT_ATTEMPTS = 16;
/** What passes by itself: the gateway is down or has just come back, or the worker's result is on its way to it. */
const PASSING = ["gateway-unreachable", "result-unavailable", "task-not-settled", "task-unknown"] as const;

/** A task whose record exists: watches it until it is settled, then opens its result. */
export class TaskUnderWay {
  readonly id: Hash;
  readonly record: TaskRecord;
  readonly created: CreatedRecord;
  worker: Address | undefined;
  status: TaskStatus = "submitted";
  readonly #context: TaskUnderWayContext;
  readonly #final: Promise<TaskUpdate>;
  readonly #unwatch: () => void;
  #settled: Promise<SettledTask> | undefined;

  /** Starts to watch, before the gateway knows the task, so that no update is missed. */
  constructor(context: TaskUnderWayContext) {
    this.#context = context;
    this.id = context.id;
    this.record = context.created.record;
    this.created = context.created;
    const { promise, resolve, reject } = Promise.withResolvers<TaskUpdate>();
    this.#final = promise;
    // Nobody has to wait for a task.
    promise.catch(() => undefined);
    this.#unwatch = context.events.watch(context.id, {
      onUpdate: (update) => {
        this.status = update.status;
        this.worker = update.worker;
        if (isFinalStatus(update.status)) resolve(update);
      },
      onClose: () => reject(new EnigmaError("client-closed", { data: { taskId: context.id } })),
    });
  }

  /** The events of the settled task that its user can read, decoded. */
  events(settled: SettledTask, abiOf: (contract: Address) => Interface): ContractEvent[] {
    const { domain, outputKey } = this.#context;
    return eventsOfTask(domain, this.id, outputKey, settled.settlement, abiOf);
  }

  /** What the settled task's private events tell its user, each with its place among the effects. */
  opened({ settlement }: SettledTask): { readonly index: number; readonly content: PrivateEventContent }[] {
    const { domain, outputKey } = this.#context;
    return settlement.effects.flatMap((effect, index) => {
      const content = openEffect(domain, this.id, outputKey, effect, index);
      return content === undefined ? [] : [{ index, content }];
    });
  }

  /** Stops to watch a task that the gateway did not take. */
  abandon(): void {
    this.#unwatch();
  }

  /** Notes who is to execute the task. */
  accepted(worker: Address | undefined): void {
    this.worker ??= worker;
  }

  /** The settled task with its decrypted output. @throws `task-timeout`, `client-closed`, `task-refunded`, `result-mismatch` */
  async settled(timeoutMilliseconds?: number): Promise<SettledTask> {
    await this.#finalWithin(timeoutMilliseconds);
    this.#settled ??= this.#open().catch((error: unknown) => {
      // Whoever waits again asks again.
      this.#settled = undefined;
      throw error;
    });
    return this.#settled;
  }

  async #open(): Promise<SettledTask> {
    return openResult({ ...this.#context, taskId: this.id, result: await this.#fetchResult() });
  }

  async #fetchResult(): Promise<TaskResult> {
    const pauses = growingPauses(50, 2_000);
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#context.gateway.taskResult(this.id);
      } catch (error) {
        if (attempt === RESULT_ATTEMPTS || !PASSING.some((code) => isEnigmaError(error, code))) throw error;
      }
      await pause(pauses.next().value);
    }
  }

  async #finalWithin(milliseconds: number | undefined): Promise<void> {
    if (milliseconds === undefined) {
      await this.#final;
      return;
    }
    let timer: ReturnType<typeof setTimeout> | undefined;
    const timeout = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new EnigmaError("task-timeout", { data: { milliseconds } })), milliseconds);
    });
    await Promise.race([this.#final, timeout]).finally(() => clearTimeout(timer));
  }
}
