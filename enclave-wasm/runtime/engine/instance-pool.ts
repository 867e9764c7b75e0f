// Instances that wait for their module's next run, so that it need not pay for a new one (30 to 40 µs).
//
// An instance comes here only as new as it was made: whoever ran a contract restores it at once, so no plaintext waits in it.

import type { InitialMemory, Instance } from "./instance.ts";

/** Instances that are kept, those longest unused given up first. */
const CAPACITY = 16;
/** An instance with more memory than this is not kept, so that the pool holds at most 16 MiB. */
const MOST_BYTES = 1 << 20;

/** An instance, and what it is put back to. */
export interface Reusable {
  /** The compiled module that it belongs to. */
  readonly module: object;
  readonly instance: Instance;
  /** Undefined: it runs once. */
  readonly initial: InitialMemory | undefined;
}

/** The waiting instances of one engine. */
export class InstancePool {
  readonly #waiting: Reusable[] = [];

  /** Takes out an instance of the module, if one waits. */
  take(module: object): Reusable | undefined {
    const index = this.#waiting.findLastIndex((known) => known.module === module);
    return index < 0 ? undefined : this.#waiting.splice(index, 1)[0];
  }

  /** Keeps an instance that has been restored. */
  keep(restored: Reusable): void {
    if (restored.initial === undefined || restored.initial.size > MOST_BYTES) return;
    if (this.#waiting.push(restored) > CAPACITY) this.#waiting.shift();
  }
}
