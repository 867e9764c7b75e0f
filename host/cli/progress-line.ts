/** One line at the foot of a terminal that says what is being done, once that has taken a while. */

/** Whatever is faster needs no line. */
const QUIET_MS = 700;
const REDRAW_MS = 100;
const CLEAR = "\r\x1b[2K";
const TURNS = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏";

export interface ProgressStream {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

export class ProgressLine {
  readonly #stream: ProgressStream;
  #timer: NodeJS.Timeout | undefined;
  #isShown = false;
  #what = "";
  #began = 0;

  constructor(stream: ProgressStream) {
    this.#stream = stream;
  }

  /** Says from now on that this is being done. Nothing is written to what is no terminal. */
  begin(what: string): void {
    this.#what = what;
    if (this.#stream.isTTY !== true || this.#timer !== undefined) return;
    this.#began = performance.now();
    this.#timer = setInterval(() => this.#draw(), REDRAW_MS).unref();
  }

  /** Makes room for other text; the line comes again. */
  clear(): void {
    if (this.#isShown) this.#stream.write(CLEAR);
    this.#isShown = false;
  }

  end(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.clear();
  }

  #draw(): void {
    const milliseconds = performance.now() - this.#began;
    if (milliseconds < QUIET_MS) return;
    const turn = TURNS[Math.floor(milliseconds / REDRAW_MS) % TURNS.length];
    const text = `${turn} ${this.#what} ${(milliseconds / 1000).toFixed(1)} s`;
    this.#stream.write(`${CLEAR}${text.slice(0, (this.#stream.columns ?? 80) - 1)}`);
    this.#isShown = true;
  }
}
