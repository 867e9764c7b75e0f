/** The command line as a user runs it: a process of its own, in a process group of its own, watched from outside. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { constants, tmpdir } from "node:os";
import { join, resolve } from "node:path";

const ROOT = resolve(import.meta.dirname, "../..");
const STOP_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export type StopSignal = (typeof STOP_SIGNALS)[number];

/** A process that belongs to a command's tree. */
export interface TreeMember {
  readonly pid: number;
  readonly commandLine: string;
}

export class CliProcess {
  stdout = "";
  stderr = "";
  /** The exit status as a shell tells it: 128 + n for a process that signal n ended. */
  readonly exited: Promise<number>;
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #watchers = new Set<() => void>();

  /** Runs `enigma` with these arguments; temporary files go to a folder that only this tree uses. */
  static async run(...args: readonly string[]): Promise<CliProcess> {
    return new CliProcess(await mkdtemp(join(tmpdir(), "enigma-cli-")), args);
  }

  private constructor(folder: string, args: readonly string[]) {
    this.#folder = folder;
    this.#child = spawn(process.execPath, [join(ROOT, "host/cli/enigma.ts"), ...args], {
      cwd: ROOT,
      // Whoever inherits the environment, or is given a file of the network, can be found by the folder's name.
      env: { ...process.env, TMPDIR: folder },
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child.stdout?.setEncoding("utf8").on("data", (text: string) => this.#take("stdout", text));
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => this.#take("stderr", text));
    this.exited = new Promise((resolveExit, reject) => {
      this.#child.once("error", reject);
      this.#child.once("close", (code, signal) => resolveExit(code ?? 128 + constants.signals[signal ?? "SIGKILL"]));
    });
    void this.exited.finally(() => this.#wake());
  }

  /** The command's own process. */
  get pid(): number {
    return this.#child.pid as number;
  }

  /** Where the tree puts its temporary files. */
  get folder(): string {
    return this.#folder;
  }

  /** Sends a signal to the command alone, as `kill` does. */
  signal(signal: StopSignal): void {
    this.#child.kill(signal);
  }

  /** Sends a signal to the whole process group, as Ctrl-C in a terminal does. */
  signalGroup(signal: StopSignal): void {
    process.kill(-(this.#child.pid as number), signal);
  }

  /** Resolves when the output so far fits; rejects if the command ends before. */
  async printed(pattern: RegExp): Promise<void> {
    while (!pattern.test(this.stdout) && !pattern.test(this.stderr)) {
      if (this.#child.exitCode !== null || this.#child.signalCode !== null) {
        throw new Error(`it ended without printing ${pattern}:\n${this.stdout}\n${this.stderr}`);
      }
      await new Promise<void>((wake) => this.#watchers.add(wake));
    }
  }

  /** The processes of the tree that run now. */
  async members(): Promise<TreeMember[]> {
    const pids = (await readdir("/proc")).map(Number).filter((pid) => pid > 0);
    const found = await Promise.all(pids.map((pid) => this.#member(pid)));
    return found.filter((member) => member !== undefined);
  }

  /** Ends whatever still runs, and removes the folder. */
  async clean(): Promise<void> {
    for (const { pid } of await this.members()) process.kill(pid, "SIGKILL");
    await this.exited;
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #member(pid: number): Promise<TreeMember | undefined> {
    try {
      const [commandLine, environment] = await Promise.all([
        readFile(`/proc/${pid}/cmdline`, "utf8"),
        readFile(`/proc/${pid}/environ`, "utf8"),
      ]);
      const belongs = commandLine.includes(this.#folder) || environment.includes(this.#folder);
      return belongs ? { pid, commandLine: commandLine.replaceAll("\0", " ") } : undefined;
    } catch {
      return undefined; // it has just ended, or it is another user's
    }
  }

  #take(stream: "stdout" | "stderr", text: string): void {
    this[stream] += text;
    this.#wake();
  }

  #wake(): void {
    for (const wake of this.#watchers) wake();
    this.#watchers.clear();
  }
}
