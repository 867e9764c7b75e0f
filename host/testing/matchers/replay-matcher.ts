/** Proof by re-execution, as a matcher for vitest. */
import { expect } from "vitest";
import { outcomeOfReceived } from "./received-call.ts";

declare module "vitest" {
  // biome-ignore lint/suspicious/noExplicitAny: declarations that are merged must have the same parameters
  interface Matchers<T = any> {
    /**
     * The call comes out the same, byte for byte, with each of V8's compilers. On a network: in other enclaves on other machines;
     * receipt, output ciphertext, state hash, gas. Without a chain: in other processes, from the same states; ending, payload, gas,
     * effects, and everything that the contracts asked of the host, so also what they wrote.
     */
    toReplayIdentically(): Promise<void>;
  }
}

expect.extend({
  async toReplayIdentically(received: unknown) {
    const { result } = await outcomeOfReceived(received);
    if (result.replay === undefined) throw new TypeError("only tasks can be replayed: views leave none");
    const again = await result.replay();
    const different = again.filter(({ difference }) => difference !== undefined);
    const message = () =>
      different.length === 0
        ? `the call came out the same in ${again.map(({ where }) => where).join(", ")}`
        : `the call came out otherwise in ${different.map(({ where, difference }) => `${where}: ${difference}`).join("; ")}`;
    return { pass: different.length === 0, message };
  },
});
