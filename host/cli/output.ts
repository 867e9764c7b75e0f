/** What a command says, and where: answers on standard output, everything else on standard error. */
import { jsonText } from "./json-text.ts";
import { ProgressLine, type ProgressStream } from "./progress-line.ts";
import { type Style, styleOf } from "./style.ts";

/** The streams and the environment that a command line runs in. */
export interface Terminal {
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly stdout: ProgressStream;
  readonly stderr: ProgressStream;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
}

export class Output {
  /** Standard output belongs to JSON. */
  readonly json: boolean;
  /** Of what `print` and a result's text show. */
  readonly style: Style;
  /** Of what `note` shows. */
  readonly noteStyle: Style;
  readonly #terminal: Terminal;
  readonly #progress: ProgressLine;

  constructor(terminal: Terminal, json: boolean) {
    this.#terminal = terminal;
    this.json = json;
    this.#progress = new ProgressLine(terminal.stderr);
    this.noteStyle = styleOf(terminal.stderr, terminal.env);
    this.style = json ? this.noteStyle : styleOf(terminal.stdout, terminal.env);
  }

  /** Text for people: on standard output, or on standard error where that belongs to JSON. */
  print(text: string): void {
    this.#write(this.json ? "stderr" : "stdout", text);
  }

  /** Text for people that is not the answer: on standard error. */
  note(text: string): void {
    this.#write("stderr", text);
  }

  /** A value on a line of its own, with `--json` only. */
  record(value: unknown): void {
    if (this.json) this.#write("stdout", jsonText(value));
  }

  /**
   * Tells on a terminal what is being done while it takes longer than a moment.
   * @param work may call `say` with what it is doing now
   */
  async during<T>(what: string, work: (say: (what: string) => void) => Promise<T>): Promise<T> {
    this.#progress.begin(what);
    try {
      return await work((now) => this.#progress.begin(now));
    } finally {
      this.#progress.end();
    }
  }

  #write(stream: "stdout" | "stderr", text: string): void {
    this.#progress.clear();
    this.#terminal[stream].write(`${text}\n`);
  }
}
