/**
 * Wakes whoever waits for a new block. News comes by subscription; once a second, and all the more while the subscription
 * is down, waiters are woken anyway and look for themselves, so that lost news costs time only.
 */
import { type Logger, silentLogger } from "../protocol/logger.ts";
import { openSubscription, type Subscription } from "./subscription.ts";

const INTERVAL_MS = 1_000;

export interface HeadListener {
  /** Resolves when there may be a new block since the last call, or when the signal is aborted. */
  next(signal: AbortSignal): Promise<void>;
  stop(): void;
}

export class HeadSignal {
  readonly #webSocketUrl: string;
  readonly #logger: Logger;
  readonly #wakers = new Set<() => void>();
  #subscription: Subscription | undefined;
  #opening = false;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(webSocketUrl: string, logger: Logger = silentLogger) {
    this.#webSocketUrl = webSocketUrl;
    this.#logger = logger;
  }

  /** Listens from now on; the subscription exists while somebody does. */
  listen(): HeadListener {
    let news = true;
    let resume: (() => void) | undefined;
    const wake = () => {
      news = true;
      resume?.();
    };
    this.#wakers.add(wake);
    void this.#start();
    return {
      async next(signal) {
        if (!news && !signal.aborted) {
          await new Promise<void>((resolve) => {
            resume = resolve;
            signal.addEventListener("abort", wake, { once: true });
          });
          signal.removeEventListener("abort", wake);
        }
        resume = undefined;
        news = false;
      },
      stop: () => {
        this.#wakers.delete(wake);
        if (this.#wakers.size === 0) this.#stop();
      },
    };
  }

  close(): void {
    this.#closed = true;
    this.#stop();
    this.wake();
  }

  /** Lets everybody look: there is news that no subscription tells, such as blocks that are gone. */
  wake(): void {
    for (const wake of this.#wakers) wake();
  }

  async #start(): Promise<void> {
    if (this.#closed) return;
    if (this.#timer === undefined) {
      this.#timer = setInterval(() => {
        this.wake();
        void this.#start();
      }, INTERVAL_MS);
      this.#timer.unref();
    }
    if (this.#subscription !== undefined || this.#opening) return;
    this.#opening = true;
    try {
      const subscription = await openSubscription(this.#webSocketUrl, "newHeads", {
        onItem: () => this.wake(),
        onClose: () => {
          this.#subscription = undefined;
        },
      });
      if (this.#closed || this.#wakers.size === 0) subscription.close();
      else this.#subscription = subscription;
      this.wake();
    } catch (error) {
      this.#logger.warn("chain-subscription-failed", { reason: String(error) });
    } finally {
      this.#opening = false;
    }
  }

  #stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#subscription?.close();
    this.#subscription = undefined;
  }
}
