/** V8's compilers, by each of which a call is executed once more to see that it comes out the same. */
import type { V8Flag } from "../../enclave/enclave-channel.ts";

/** Both in turn, as workers have them, the first alone, the second alone. */
export const V8_TIERS: readonly (readonly V8Flag[])[] = [[], ["--liftoff-only"], ["--no-liftoff"]];

/** In words. */
export function tierName(flags: readonly V8Flag[]): string {
  return `V8: ${flags[0] ?? "both compilers"}`;
}
