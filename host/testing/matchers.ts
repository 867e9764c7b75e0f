/**
 * Matchers for vitest. Import this file for its effect, once for each file of tests.
 *
 * ```ts
 * import "../../host/testing/matchers.ts";
 * await expect(network).not.toLeak(netWorth);
 * ```
 */
import { expect } from "vitest";
import { type Secret, secretForms } from "./secret-forms.ts";
import { TestNetwork } from "./test-network.ts";
import type { Trace } from "./traces.ts";

declare module "vitest" {
  // biome-ignore lint/suspicious/noExplicitAny: declarations that are merged must have the same parameters
  interface Matchers<T = any> {
    /** Whether a secret stands, in any common form, in what a test network's hosts stored, logged and sent. */
    toLeak(secret: Secret): Promise<void>;
  }
}

/** Where a secret was found: its form and the place of the trace. */
export function leaksOf(secret: Secret, traces: readonly Trace[]): string[] {
  const forms = secretForms(secret);
  return traces.flatMap(({ place, bytes }) =>
    forms.filter((form) => bytes.includes(form.bytes)).map(({ name }) => `${name} in ${place}`),
  );
}

expect.extend({
  async toLeak(network: unknown, secret: Secret) {
    if (!(network instanceof TestNetwork)) throw new TypeError("toLeak is for what startTestNetwork returns");
    const leaks = leaksOf(secret, await network.traces());
    const found = leaks.length > 0;
    const message = () => (found ? `the secret was found: ${leaks.join(", ")}` : "the secret was found nowhere");
    return { pass: found, message };
  },
});
