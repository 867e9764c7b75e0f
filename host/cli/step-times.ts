const WIDTH = 28;

/** The steps of a start, each on one line with the time that it took. */
export class StepTimes {
  readonly #print: (text: string) => void;
  #current: { readonly name: string; readonly began: number } | undefined;

  constructor(print: (text: string) => void) {
    this.#print = print;
  }

  /** Ends the current step and begins another. */
  begin(name: string): void {
    this.end();
    this.#current = { name, began: performance.now() };
  }

  end(): void {
    if (this.#current === undefined) return;
    const { name, began } = this.#current;
    this.#current = undefined;
    this.#print(`  ${`${name} `.padEnd(WIDTH, ".")} ${Math.round(performance.now() - began)} ms`);
  }
}
