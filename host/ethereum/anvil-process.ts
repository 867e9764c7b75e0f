/**
 * The anvil process: the binary that npm installed, listening on 127.0.0.1 unless told otherwise.
 *
 * It runs in a process group of its own, so that Ctrl-C in a terminal reaches only us and we stop things in our order.
 * It must not outlive us either, also when we are killed and can do nothing: a shell stands guard at a pipe from us, and
 * kills anvil when the pipe closes without the word that anvil has ended.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";

const ARCHITECTURES: Readonly<Record<string, string>> = { x64: "amd64", arm64: "arm64" };
const START_TIMEOUT_MS = 20_000;
/** anvil writes its state when it is told to stop; then it has this long. */
const STOP_TIMEOUT_MS = 3_000;
/** As much of its output as an error message can use. */
const KEPT_OUTPUT = 4_000;

const DISMISSAL = "ended\n";
/** Becomes the command itself, so that the process id is anvil's; leaves a guard at the pipe behind. */
const GUARDED = `exec 3<&0
anvil=$$
{ read -r word <&3; [ "$word" = ended ] || kill -9 $anvil; } >/dev/null 2>&1 &
exec "$@" 3<&- </dev/null`;

export interface AnvilProcess {
  readonly port: number;
  readonly pid: number;
  /** Resolves when the process has ended. */
  readonly ended: Promise<void>;
  /** Asks it to stop, then kills it. */
  stop(): Promise<void>;
}

/** Where anvil listens. */
export interface AnvilAddress {
  /** An IPv4 address of this machine, `127.0.0.1` by default. */
  readonly host?: string | undefined;
  /** 0 for a free one. */
  readonly port: number;
}

/**
 * Starts anvil with the given arguments and waits until it listens.
 * @throws `port-in-use`, `chain-start-failed`, and the signal's reason if it is aborted
 */
export async function startAnvil(
  { host = "127.0.0.1", port }: AnvilAddress,
  args: readonly string[],
  signal?: AbortSignal,
): Promise<AnvilProcess> {
  signal?.throwIfAborted();
  const command = [anvilBinary(), "--host", host, "--port", String(port), ...args];
  const child = spawn("/bin/sh", ["-c", GUARDED, "sh", ...command], {
    detached: true,
    stdio: ["pipe", "pipe", "pipe"],
  });
  // The guard may be gone already when it is dismissed.
  child.stdin.on("error", () => undefined);
  const ended = new Promise<void>((resolve) => {
    child.once("exit", () => {
      child.stdin.end(DISMISSAL);
      resolve();
    });
    child.once("error", () => resolve());
  });
  try {
    const listening = await listeningPort(child, `${host}:${port}`, signal);
    return { port: listening, pid: child.pid as number, ended, stop: () => stop(child, ended) };
  } catch (error) {
    await stop(child, ended);
    throw error;
  }
}

/** The binary that npm installed for this machine. @throws `chain-start-failed` */
export function anvilBinary(): string {
  const architecture = ARCHITECTURES[process.arch] ?? process.arch;
  const name = `@foundry-rs/anvil-${process.platform}-${architecture}`;
  try {
    const manifest = createRequire(import.meta.url).resolve(`${name}/package.json`);
    return join(dirname(manifest), "bin", process.platform === "win32" ? "anvil.exe" : "anvil");
  } catch (cause) {
    throw new EnigmaError("chain-start-failed", { data: { reason: `${name} is not installed` }, cause });
  }
}

function listeningPort(child: ChildProcess, address: string, signal: AbortSignal | undefined): Promise<number> {
  let output = "";
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(startFailure("it does not listen", output)), START_TIMEOUT_MS);
    const aborted = () => reject(signal?.reason);
    signal?.addEventListener("abort", aborted, { once: true });
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", aborted);
    };
    const read = (chunk: Buffer) => {
      if (output === LISTENING) return;
      output = (output + chunk.toString("utf8")).slice(-KEPT_OUTPUT);
      const match = /Listening on [\d.]+:(\d+)/.exec(output);
      if (match === null) return;
      // The streams are read on, since a full pipe would stop anvil, but nothing is kept.
      output = LISTENING;
      done();
      resolve(Number(match[1]));
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
    child.once("error", (cause) => {
      done();
      reject(startFailure(cause.message, output));
    });
    // "close", not "exit": only then all of the output is read.
    child.once("close", () => {
      done();
      const taken = /address already in use|AddrInUse|os error 98|os error 48/i.test(output);
      reject(taken ? new EnigmaError("port-in-use", { data: { address } }) : startFailure("it ended", output));
    });
  });
}

const LISTENING = "listening";

function startFailure(reason: string, output: string): EnigmaError {
  return new EnigmaError("chain-start-failed", { data: { reason }, detail: output.trim().slice(-400) });
}

async function stop(child: ChildProcess, ended: Promise<void>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), STOP_TIMEOUT_MS);
  await ended;
  clearTimeout(timer);
}
