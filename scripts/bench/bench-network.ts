import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import type { NetworkSettings } from "../../host/network/network-options.ts";
import type { Announced, NetworkCommand, NetworkNews, NetworkReady, Turn } from "./network-news.ts";
import { type Process, processorTime, processTree, roleOf } from "./process-tree.ts";

/** A local network in a process of its own. */
export class BenchNetwork {
  readonly ready: NetworkReady;
  readonly #child: ChildProcess;
  readonly #processes: readonly Process[];
  readonly #ended = new AbortController();

  private constructor(child: ChildProcess, ready: NetworkReady) {
    this.#child = child;
    this.ready = ready;
    this.#processes = processTree(child.pid as number);
    child.once("exit", () => this.#ended.abort(new Error("the network has ended")));
  }

  static async start(signal: AbortSignal, settings: NetworkSettings = {}): Promise<BenchNetwork> {
    const child = fork(path.join(import.meta.dirname, "network-process.ts"), [JSON.stringify(settings)], {
      stdio: ["ignore", "inherit", "inherit", "ipc"],
      serialization: "advanced",
    });
    const ended = once(child, "exit").then(([code]) => {
      throw new Error(`the network ended with code ${code} before it was ready`);
    });
    try {
      const [ready] = (await Promise.race([once(child, "message", { signal }), ended])) as [NetworkReady];
      ended.catch(() => undefined);
      return new BenchNetwork(child, ready);
    } catch (error) {
      child.kill("SIGTERM");
      throw error;
    }
  }

  /** What the nodes have reported since the last time. */
  news(): Promise<NetworkNews> {
    return this.#ask("news");
  }

  /** Has the next epoch set; it begins with `begin`. Resolves to its number. */
  async announce(): Promise<bigint> {
    return (await this.#ask<Announced>("announce")).epoch;
  }

  /** Lets the announced epoch begin, and resolves when the network's workers know. */
  begin(): Promise<Turn> {
    return this.#ask("begin");
  }

  /** Milliseconds of processor time so far, by role; the benchmark's own are the clients'. Empty where it cannot be read. */
  processorTimes(): Map<string, number> {
    const times = new Map<string, number>();
    for (const process of this.#processes) {
      const used = processorTime(process.pid);
      if (used !== undefined) times.set(roleOf(process), (times.get(roleOf(process)) ?? 0) + used);
    }
    const own = process.cpuUsage();
    if (times.size > 0) times.set("clients (the benchmark)", (own.user + own.system) / 1000);
    return times;
  }

  /** One question at a time. */
  async #ask<T>(command: NetworkCommand): Promise<T> {
    const answer = once(this.#child, "message", { signal: this.#ended.signal }) as Promise<[T]>;
    this.#child.send(command);
    return (await answer)[0];
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, "exit");
    this.#child.disconnect();
    await ended;
  }
}
