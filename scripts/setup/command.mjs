/**
 * Runs other programs, and ends them with us.
 *
 * Every child leads a process group of its own, so that cargo's compilers and npm's scripts end with it when set-up is
 * interrupted. What children print is kept and shown only when they fail: one step is one line.
 */
import { spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import path from "node:path";
import { SetupError } from "./setup-error.mjs";

/** How much of a failing tool's output is shown, in characters. */
const OUTPUT_SHOWN = 6000;

/** The longest timer there is, in milliseconds: 24 days. */
const NO_LIMIT = 2 ** 31 - 1;

const running = new Set();
let stopping = false;

/** Whether set-up has been interrupted. */
export function isStopping() {
  return stopping;
}

/** Ends every child and all that it started; no other is started any more. */
export function killChildren(signal = "SIGTERM") {
  stopping = true;
  for (const child of running) signalGroup(child, signal);
}

/**
 * Runs a program to its end and returns what it printed on stdout.
 *
 * @param {string} program
 * @param {string[]} args
 * @param {{cwd?: string, env?: NodeJS.ProcessEnv, timeout?: number, onLine?: (line: string) => void, hint?: string}} [options]
 *   `timeout` in milliseconds; `onLine` is called with each line of stderr, for progress.
 * @throws {SetupError} `command-failed` when it does not exit with 0, with all that it printed as `stdout` and `stderr`;
 *   `command-missing` when it cannot be started
 */
export function run(program, args, options = {}) {
  return new Promise((resolve, reject) => {
    if (stopping) return reject(new SetupError("interrupted", "Set-up was interrupted."));
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    running.add(child);
    let stdout = "";
    let stderr = "";
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      signalGroup(child, "SIGKILL");
    }, options.timeout ?? NO_LIMIT);
    child.stdout.setEncoding("utf8").on("data", (text) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text) => {
      stderr += text;
      if (options.onLine) for (const line of text.split(/\r?\n|\r/)) if (line.trim()) options.onLine(line);
    });
    const finish = (settle) => {
      clearTimeout(timer);
      running.delete(child);
      settle();
    };
    child.on("error", (error) =>
      finish(() =>
        reject(new SetupError("command-missing", `${program} could not be started.`, options.hint, error.message)),
      ),
    );
    child.on("close", (code, signal) =>
      finish(() => {
        if (code === 0) return resolve(stdout);
        const end = timedOut
          ? `did not finish in ${(options.timeout ?? NO_LIMIT) / 1000} s`
          : `ended with ${signal ?? code}`;
        const shown = (stdout + stderr).slice(-OUTPUT_SHOWN);
        const sentence = `${path.basename(program)} ${args[0] ?? ""} ${end}.`;
        reject(Object.assign(new SetupError("command-failed", sentence, options.hint, shown), { stdout, stderr }));
      }),
    );
  });
}

function signalGroup(child, signal) {
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if (error.code !== "ESRCH") throw error;
  }
}

/** The full path of a program on PATH, or undefined. */
export function which(program, env = process.env) {
  for (const folder of (env.PATH ?? "").split(path.delimiter)) {
    if (!folder) continue;
    const candidate = path.join(folder, program);
    if (isExecutable(candidate)) return candidate;
  }
  return undefined;
}

/** Whether `file` exists and may be run. */
export function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
