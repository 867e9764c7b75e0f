import { spawn } from "node:child_process";

/** What a program said and how it ended. */
export interface Ended {
  /** Exit code; 1 when a signal ended it. */
  readonly code: number;
  /** All of stdout. */
  readonly stdout: string;
}

/** Where and with what a program runs. */
export interface StreamOptions {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * Runs a program to its end, shows what it prints as it comes, and keeps its stdout for counting.
 *
 * Signals that ask this process to end are passed on, so that no compiler or test network stays behind.
 */
export function stream(program: string, args: readonly string[], options: StreamOptions): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...options, stdio: ["ignore", "pipe", "inherit"] });
    const forward = (signal: NodeJS.Signals) => child.kill(signal);
    const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
    for (const signal of signals) process.on(signal, forward);
    let stdout = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      process.stdout.write(text);
    });
    child.on("error", reject);
    child.on("close", (code, signal) => {
      for (const name of signals) process.off(name, forward);
      if (signal === "SIGINT" || signal === "SIGTERM" || signal === "SIGHUP") process.kill(process.pid, signal);
      resolve({ code: code ?? 1, stdout });
    });
  });
}
