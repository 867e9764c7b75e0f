/** What must be stopped, in the opposite order of its start. */
export class Shutdown {
  readonly #steps: { readonly part: string; readonly stop: () => Promise<void> }[] = [];
  #running: Promise<void> | undefined;

  add(part: string, stop: () => Promise<void>): void {
    this.#steps.push({ part, stop });
  }

  /**
   * Stops everything once; a part that fails to stop does not keep the others from it.
   * @throws AggregateError of the failures
   */
  run(): Promise<void> {
    this.#running ??= this.#stopAll();
    return this.#running;
  }

  async #stopAll(): Promise<void> {
    const failures: unknown[] = [];
    for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop()) {
      const { part, stop } = step;
      await stop().catch((cause) => failures.push(new Error(`could not stop: ${part}`, { cause })));
    }
    if (failures.length > 0) throw new AggregateError(failures, "some parts did not stop");
  }
}
