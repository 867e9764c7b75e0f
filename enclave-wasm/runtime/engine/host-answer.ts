// What a host function answers, told apart from its failures.

import { HostFailure, RunSignal } from "./run-outcome.ts";

/** Whatever the enclave's own code throws, a trap of its WebAssembly included, is no end of the contract, but for what it says is one. */
export function answerOf<T>(ask: () => T): T {
  try {
    return ask();
  } catch (cause) {
    if (cause instanceof RunSignal || cause instanceof HostFailure) throw cause;
    throw new HostFailure(cause);
  }
}
