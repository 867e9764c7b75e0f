/**
 * Deployments whose modules nobody has brought yet. Anyone can record one, so they wait beside the lanes, where they hold up
 * nothing; peers are asked for their modules again and again, less and less often.
 */

import type { Clock } from "../protocol/clock.ts";
import type { Hash } from "../protocol/hex.ts";
import type { Logger } from "../protocol/logger.ts";
import type { ModuleSupply } from "./module-supply.ts";
import type { OpenTask } from "./open-task.ts";

export interface AwaitedModulesOptions {
  readonly modules: Pick<ModuleSupply, "find">;
  /** Says whether a task still waits for its module. */
  readonly isWanted: (task: OpenTask) => boolean;
  readonly clock: Clock;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

/** The first pause between two searches in milliseconds, which doubles each time, and the longest. */
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 60_000;

interface Search {
  readonly tasks: Map<Hash, OpenTask>;
  /** Ends the pause. */
  wake: () => void;
}

export class AwaitedModules {
  private readonly options: AwaitedModulesOptions;
  private readonly searches = new Map<Hash, Search>();

  constructor(options: AwaitedModulesOptions) {
    this.options = options;
  }

  /** Searches the module of a deployment and calls `found` with the task when it is stored. */
  search(task: OpenTask, found: (task: OpenTask) => void): void {
    const { codeHash } = task.record;
    const known = this.searches.get(codeHash);
    if (known !== undefined) {
      known.tasks.set(task.recordHash, task);
      return;
    }
    const search: Search = { tasks: new Map([[task.recordHash, task]]), wake: () => {} };
    this.searches.set(codeHash, search);
    void this.run(codeHash, search, found);
  }

  /** A module was stored. */
  arrived(codeHash: Hash): void {
    this.searches.get(codeHash)?.wake();
  }

  private async run(codeHash: Hash, search: Search, found: (task: OpenTask) => void): Promise<void> {
    const { modules, isWanted, log, signal } = this.options;
    for (let attempt = 0; !signal.aborted; attempt += 1) {
      const isFound = await modules.find(codeHash).then(
        (module) => module !== undefined,
        () => false, // the store or the peers failed; both are asked again
      );
      const wanted = [...search.tasks.values()].filter(isWanted);
      if (isFound || wanted.length === 0) {
        this.searches.delete(codeHash);
        if (isFound && !signal.aborted) for (const task of wanted) found(task);
        return;
      }
      log.warn("deployment-without-module", { codeHash, tasks: wanted.length, attempt });
      await this.pause(search, Math.min(FIRST_PAUSE_MS * 2 ** attempt, LONGEST_PAUSE_MS));
    }
  }

  private pause(search: Search, milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.options.clock.after(milliseconds, resolve);
      search.wake = () => {
        cancel();
        resolve();
      };
    });
  }
}
