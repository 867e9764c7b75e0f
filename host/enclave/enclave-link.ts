/**
 * Keeps an enclave running: starts it, and starts it again when its process has died. Nothing of what it held in memory
 * survives that, so every start is a new generation, and whoever put something into an enclave remembers in which.
 */

import type { Clock } from "../protocol/clock.ts";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import type { Logger } from "../protocol/logger.ts";
import type { Observe } from "../protocol/observer.ts";
import { backoff, pause } from "../protocol/retry.ts";
import type { Enclave } from "./enclave-client.ts";

export interface EnclaveLinkOptions<E extends Enclave> {
  /** Starts the enclave's process and opens its sealed keys. */
  readonly launch: () => Promise<E>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly observe: Observe;
}

export class EnclaveLink<E extends Enclave> {
  /** Counts the starts, from 1. */
  generation = 0;
  private readonly options: EnclaveLinkOptions<E>;
  private readonly stopping = new AbortController();
  private present: Promise<E>;

  /** Starts the enclave for the first time. @throws what starting it throws: nothing is repeated then */
  static async start<E extends Enclave>(options: EnclaveLinkOptions<E>): Promise<EnclaveLink<E>> {
    const link = new EnclaveLink(options, await options.launch());
    return link;
  }

  private constructor(options: EnclaveLinkOptions<E>, first: E) {
    this.options = options;
    this.present = Promise.resolve(first);
    this.watch(first);
  }

  /** The enclave that runs, or the next one while it is being started. @throws EnigmaError `enclave-gone` after `stop` */
  get(): Promise<E> {
    return this.stopping.signal.aborted ? Promise.reject(new EnigmaError("enclave-gone")) : this.present;
  }

  /** Ends the enclave and starts its successor, which knows nothing of what this one held in memory. Resolves when it runs. */
  async renew(): Promise<void> {
    const enclave = await this.get();
    const { generation } = this;
    await enclave.close();
    // `closed` resolves before what follows on it is done.
    while (this.generation === generation) {
      await this.get();
    }
  }

  /** Ends the enclave and does not start it again. */
  async stop(): Promise<void> {
    this.stopping.abort();
    const enclave = await this.present.catch(() => undefined);
    await enclave?.close();
  }

  private watch(enclave: E): void {
    this.generation += 1;
    const { observe } = this.options;
    observe({ kind: "enclave-started", signer: enclave.identity.signer, generation: this.generation });
    void enclave.closed.then(() => {
      if (this.stopping.signal.aborted) return;
      this.options.log.warn("enclave-died", { generation: this.generation });
      observe({ kind: "enclave-died", generation: this.generation });
      this.present = this.restart();
      this.present.catch(() => {}); // reported by whoever asks for the enclave
    });
  }

  private async restart(): Promise<E> {
    const { launch, clock, log } = this.options;
    for (let attempt = 0; !this.stopping.signal.aborted; attempt += 1) {
      try {
        const enclave = await launch();
        this.watch(enclave);
        return enclave;
      } catch (error) {
        log.error("enclave-restart-failed", {
          attempt,
          code: error instanceof EnigmaError ? error.code : "unexpected",
        });
        await pause(clock, backoff(attempt), this.stopping.signal);
      }
    }
    throw new EnigmaError("enclave-gone");
  }
}
