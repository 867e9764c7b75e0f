/**
 * The search for secrets, as a matcher for vitest.
 *
 * ```ts
 * await expect(network).not.toLeak(netWorth);
 * ```
 */
import { expect } from "vitest";
import { type Secret, secretForms } from "../leaks/secret-forms.ts";
import type { Trace } from "../leaks/traces.ts";

declare module "vitest" {
  // biome-ignore lint/suspicious/noExplicitAny: declarations that are merged must have the same parameters
  interface Matchers<T = any> {
    /** Whether a secret stands, in any common form, in what a test network's hosts stored, logged and sent. */
    toLeak(secret: Secret): Promise<void>;
  }
}

/** What can be searched: a network of `createNetwork` or `startTestNetwork`. */
interface Searchable {
  traces(): Promise<readonly Trace[]>;
}

/** Where a secret was found: its form and the place of the trace. */
export function leaksOf(secret: Secret, traces: readonly Trace[]): string[] {
  const forms = secretForms(secret);
  return traces.flatMap(({ place, bytes }) => {
    const found = forms.filter((form) => bytes.includes(form.bytes));
    return [...new Set(found.map(({ name }) => `${name} in ${place}`))];
  });
}

expect.extend({
  async toLeak(network: unknown, secret: Secret) {
    if (!isSearchable(network)) throw new TypeError("toLeak is for what createNetwork and startTestNetwork return");
    const leaks = leaksOf(secret, await network.traces());
    const found = leaks.length > 0;
    const message = () => (found ? `the secret was found: ${leaks.join(", ")}` : "the secret was found nowhere");
    return { pass: found, message };
  },
});

function isSearchable(value: unknown): value is Searchable {
  return typeof value === "object" && value !== null && "traces" in value && typeof value.traces === "function";
}
