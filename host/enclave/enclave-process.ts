/**
 * An enclave in a process of its own, under Node's permission model: it reads the package, the simulated machine's program and
 * its state, writes that state, and may do nothing else: no other files, no child processes, no threads, no network. Its
 * environment is empty. So the host's memory never holds plaintext, and a contract that broke out of WebAssembly would find
 * nothing to take and no way out but the frames.
 *
 * Requests are written as they come; a message costs some 100 µs, so whoever has several does not wait between them.
 */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { mkdirSync, realpathSync } from "node:fs";
import type { Readable, Writable } from "node:stream";
import { seedFrame } from "../../enclave-wasm/platform/hardware/seed-frame.ts";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import { decodeAnswer, encodeRequest, FrameReader, withPrefix } from "./ecall-frame.ts";
import type { ChannelOptions, EnclaveChannel } from "./enclave-channel.ts";
import { hardwareFolder, loaderProgram, platformPackageFolder } from "./package-folder.ts";
import { measuredImportFlags, permissionFlag } from "./permission-flag.ts";

/** How much of what a process that does not start says is kept, in characters. */
const MAX_COMPLAINT = 4096;

type EnclaveChild = ChildProcessByStdio<Writable, Readable, Readable>;

interface Waiting {
  readonly resolve: (body: Uint8Array) => void;
  readonly reject: (error: Error) => void;
}

/** Starts an enclave's process. What goes wrong in it comes to the first call. */
export function startEnclaveProcess(options: ChannelOptions): EnclaveProcess {
  options.signal?.throwIfAborted();
  mkdirSync(options.platformFolder, { recursive: true });
  const child = spawn(process.execPath, enclaveArguments(options), {
    // Node reads its settings from the environment: an empty one leaves nothing to set and nothing to steal.
    env: {},
    cwd: realpathSync(options.packageFolder),
    // A process group of its own: Ctrl-C in a terminal is for the host, which ends its enclaves in their turn. Where the host
    // itself is killed, its end of standard input closes, and the enclave ends with it.
    detached: true,
    stdio: ["pipe", "pipe", "pipe"],
  });
  const enclave = new EnclaveProcess(child, options.signal);
  // Not among the arguments, which every user of the computer can read.
  child.stdin.write(seedFrame(options.seed));
  return enclave;
}

/** Node's arguments for an enclave's process, its permissions among them. */
export function enclaveArguments(options: ChannelOptions): string[] {
  const { engine = "v8" } = options;
  const folder = realpathSync(options.packageFolder);
  const platform = realpathSync(options.platformFolder);
  const program = [loaderProgram(), folder, platform, engine];
  // The reference engine is no part of the package: it is npm's, with native code and threads of its own, and for tests.
  const permissions = engine === "jco" ? [] : permissionsFor(folder, platform);
  return [...(options.v8Flags ?? []), ...permissions, "--no-warnings", ...program];
}

function permissionsFor(packageFolder: string, platformFolder: string): string[] {
  const readable = [packageFolder, platformFolder, hardwareFolder(), platformPackageFolder()];
  return [
    permissionFlag(process.versions.node),
    ...measuredImportFlags(process.versions.node),
    ...readable.map((place) => `--allow-fs-read=${place}`),
    `--allow-fs-write=${platformFolder}`,
  ];
}

/** The way to an enclave's process. */
export class EnclaveProcess implements EnclaveChannel {
  readonly closed: Promise<Error | undefined>;
  readonly #child: EnclaveChild;
  readonly #frames = new FrameReader();
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 1;
  #complaint = "";
  #gone: Error | undefined;
  #closing = false;

  constructor(child: EnclaveChild, signal?: AbortSignal) {
    this.#child = child;
    child.stdout.on("data", (chunk: Uint8Array) => this.#receive(chunk));
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#complaint = (this.#complaint + text).slice(0, MAX_COMPLAINT);
    });
    // A write to a process that has just ended fails; that it ended is reported once, below.
    child.stdin.on("error", () => {});
    const kill = () => this.#kill();
    signal?.addEventListener("abort", kill, { once: true });
    this.closed = new Promise((resolve) => {
      child.once("error", (cause) => resolve(this.#end(cause)));
      child.once("close", () => resolve(this.#end()));
    }).then((reason) => {
      signal?.removeEventListener("abort", kill);
      return reason as Error | undefined;
    });
  }

  /** The id of the process; undefined where it could not be started. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  call(ecall: string, body: unknown): Promise<Uint8Array> {
    if (this.#gone !== undefined) return Promise.reject(this.#gone);
    const id = this.#nextId++;
    const frame = withPrefix(encodeRequest(id, ecall, body));
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#child.stdin.write(frame);
    });
  }

  async close(): Promise<void> {
    this.#kill();
    await this.closed;
  }

  #kill(): void {
    this.#closing = true;
    // What the enclave must keep it has sealed and the host has stored: nothing is lost by ending it at once.
    this.#child.kill("SIGKILL");
  }

  #receive(chunk: Uint8Array): void {
    try {
      for (const frame of this.#frames.push(chunk)) this.#settle(frame);
    } catch (error) {
      // An enclave that does not keep to the protocol is not talked to any more.
      this.#gone ??= error as Error;
      this.#child.kill("SIGKILL");
    }
  }

  #settle(frame: Uint8Array): void {
    const { id, result } = decodeAnswer(frame);
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) throw new EnigmaError("enclave-answer-malformed");
    this.#waiting.delete(id);
    if (result instanceof Error) waiting.reject(result);
    else waiting.resolve(result);
  }

  #end(cause?: Error): Error | undefined {
    const reason = this.#gone ?? startFailure(this.#complaint) ?? new EnigmaError("enclave-gone", { cause });
    this.#gone = reason;
    for (const { reject } of this.#waiting.values()) reject(reason);
    this.#waiting.clear();
    return this.#closing ? undefined : reason;
  }
}

/** What a machine that did not start said of it, in one line of JSON. */
function startFailure(complaint: string): EnigmaError | undefined {
  try {
    const { code, detail } = JSON.parse(complaint) as { code: unknown; detail: unknown };
    if (typeof code !== "string") return undefined;
    return EnigmaError.received({ code, data: { detail } });
  } catch {
    return undefined;
  }
}
