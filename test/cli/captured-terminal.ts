/** The command line in this process, with all that it says captured. */
import { Readable } from "node:stream";
import type { Terminal } from "../../host/cli/output.ts";
import { runCommandLine } from "../../host/cli/run-command-line.ts";

export interface Captured {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Surroundings {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** What is typed. */
  readonly input?: string;
  readonly isTTY?: boolean;
}

/** Runs `enigma` with these arguments where no terminal is. */
export function runCaptured(...argv: readonly string[]): Promise<Captured> {
  return runCapturedIn({}, ...argv);
}

export async function runCapturedIn(
  { cwd = process.cwd(), env = {}, input = "", isTTY = false }: Surroundings,
  ...argv: readonly string[]
): Promise<Captured> {
  const said = { stdout: "", stderr: "" };
  const stream = (name: keyof typeof said) => ({
    isTTY,
    write: (text: string) => {
      said[name] += text;
    },
  });
  const stdin = Object.assign(Readable.from([input]), { isTTY }) as Terminal["stdin"];
  const status = await runCommandLine(argv, { stdin, stdout: stream("stdout"), stderr: stream("stderr"), env, cwd });
  return { status, ...said };
}
