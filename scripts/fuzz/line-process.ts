import { type ChildProcess, spawn } from "node:child_process";

/** A child process that answers each line with a line, in order. */
export class LineProcess {
  readonly #child: ChildProcess;
  readonly #answers: AsyncIterator<string>;
  readonly #name: string;

  constructor(program: string, args: readonly string[], name = program) {
    this.#name = name;
    this.#child = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] });
    if (!this.#child.stdout) throw new Error("no pipe");
    // A process that is gone refuses what is written; that it is gone is told by its missing answer.
    this.#child.stdin?.on("error", () => undefined);
    this.#answers = lines(this.#child.stdout.setEncoding("utf8"));
  }

  /** Sends a line that has no answer. */
  tell(line: string): void {
    this.#child.stdin?.write(`${line}\n`);
  }

  /** @throws if the process has ended */
  async ask<T>(line: string): Promise<T> {
    this.tell(line);
    const { value, done } = await this.#answers.next();
    if (done === true) throw new Error(`${this.#name} ended`);
    return JSON.parse(value as string) as T;
  }

  close(): void {
    this.#child.stdin?.end();
  }
}

/** Lines that end with a line feed; Node's readline ends them at Unicode's separators too, which JSON leaves in strings. */
async function* lines(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let parts: string[] = [];
  for await (const chunk of chunks) {
    const [first = "", ...others] = chunk.split("\n");
    parts.push(first);
    for (const next of others) {
      yield parts.join("");
      parts = [next];
    }
  }
}
