import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { ENG } from "../../host/ethereum/token-contract.ts";
import type { NetworkNews, NetworkReady } from "./network-news.ts";

/** What the workers of a local network stake. */
const USUAL_STAKE = 100n * ENG;

/** One more worker of a network, with nothing in its database, in a process of its own. */
export class JoiningWorker {
  readonly address: string;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, address: string) {
    this.#child = child;
    this.address = address;
  }

  /** Resolves when it is registered and logged in. @param stake base units of ENG */
  static async join(network: NetworkReady, signal: AbortSignal, stake = USUAL_STAKE): Promise<JoiningWorker> {
    const program = path.join(import.meta.dirname, "worker-process.ts");
    const child = fork(program, [JSON.stringify(network), stake.toString()], {
      stdio: ["ignore", "inherit", "inherit", "ipc"],
      serialization: "advanced",
    });
    const ended = once(child, "exit").then(([code]) => {
      throw new Error(`the worker ended with code ${code} before it was registered`);
    });
    try {
      const [address] = (await Promise.race([once(child, "message", { signal }), ended])) as [string];
      ended.catch(() => undefined);
      return new JoiningWorker(child, address);
    } catch (error) {
      child.kill("SIGTERM");
      throw error;
    }
  }

  get pid(): number {
    return this.#child.pid as number;
  }

  /** What it has reported since the last time. */
  async news(): Promise<NetworkNews> {
    const answer = once(this.#child, "message") as Promise<[NetworkNews]>;
    this.#child.send("news");
    return (await answer)[0];
  }

  /** Ends its process; it stays logged in. */
  async leave(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, "exit");
    if (this.#child.connected) this.#child.disconnect();
    await ended;
  }
}
