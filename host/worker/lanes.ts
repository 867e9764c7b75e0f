/** The lanes of a worker by their groups, and which of them holds an executed task. */

import type { Address, Hash } from "../protocol/hex.ts";
import { type ExecutedTask, Lane } from "./lane.ts";

export class Lanes {
  private readonly byGroup = new Map<Address, Lane>();
  private readonly holders = new Map<Hash, Lane>();

  /** The lane of a group; a new one where there is none. */
  of(group: Address): Lane {
    const known = this.byGroup.get(group);
    if (known !== undefined) return known;
    const lane = new Lane(group);
    this.byGroup.set(group, lane);
    return lane;
  }

  /** The lane of a group, if there is one. */
  find(group: Address): Lane | undefined {
    return this.byGroup.get(group);
  }

  all(): Lane[] {
    return [...this.byGroup.values()];
  }

  /** The lane in which a task is executed and unsettled. */
  holderOf(taskId: Hash): Lane | undefined {
    return this.holders.get(taskId);
  }

  /** The executed, unsettled task of that id. */
  unsettled(taskId: Hash): ExecutedTask | undefined {
    return this.holders.get(taskId)?.unsettled.get(taskId);
  }

  /** Adds an executed task behind those of its lane. */
  hold(executed: ExecutedTask): void {
    const lane = this.of(executed.task.group);
    lane.unsettled.set(executed.task.taskId, executed);
    this.holders.set(executed.task.taskId, lane);
  }

  /** Takes an executed task out of its lane. */
  release(taskId: Hash): void {
    this.holders.get(taskId)?.unsettled.delete(taskId);
    this.holders.delete(taskId);
  }

  /** Forgets a lane that has nothing to do. */
  sweep(lane: Lane): void {
    if (lane.isEmpty && this.byGroup.get(lane.group) === lane) this.byGroup.delete(lane.group);
  }
}
