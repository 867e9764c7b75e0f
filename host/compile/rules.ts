/** Version of the rules and prices that modules are checked by here, which new contracts are deployed with. */
export const RULES = 1;

/** Intrinsic gas of a deployment, without what its constructor's arguments and its execution cost. */
export function deploymentGas(module: Uint8Array): bigint {
  return 10_000n + 2n * BigInt(module.length);
}
