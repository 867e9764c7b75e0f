/** Matchers for vitest about calls of contracts, of either bed. Import `enigma-simulator/testing` to have them. */
import { expect } from "vitest";
import { TRAPS, type Trap } from "../../protocol/ending.ts";
import { toHex } from "../../protocol/hex.ts";
import { obliviousTo } from "./oblivious.ts";
import { endingInWords, outcomeOfReceived, traceOf } from "./received-call.ts";

/** Gas within bounds, both inclusive. */
export interface GasRange {
  readonly min?: bigint | number;
  readonly max?: bigint | number;
}

declare module "vitest" {
  // biome-ignore lint/suspicious/noExplicitAny: declarations that are merged must have the same parameters
  interface Matchers<T = any> {
    /** The call reverted with this error of the ABI, and with these arguments where they are given. */
    toRevertWith(error: string, args?: readonly unknown[]): Promise<void>;
    /** The call used up its gas limit. */
    toRunOutOfGas(): Promise<void>;
    /** The call trapped, by this code where it is given. */
    toTrap(code?: Trap): Promise<void>;
    /** The call used exactly so much gas, intrinsic gas included, or an amount within a range. */
    toUseGas(gas: bigint | number | GasRange): Promise<void>;
    /** A value in the state of a touched contract is another than before. */
    toChangeState(): Promise<void>;
    /** An observer sees no difference between calls with these lists of arguments, each from the same state. */
    toBeObliviousTo(inputs: readonly (readonly unknown[])[]): Promise<void>;
  }
}

expect.extend({
  async toRevertWith(received: unknown, error: string, args?: readonly unknown[]) {
    const outcome = await outcomeOfReceived(received);
    const found = outcome.result.error;
    const named = found !== undefined && (found.name === error || found.signature === error);
    const pass = named && (args === undefined || this.equals(plain(found.args), plain(args)));
    const wanted = args === undefined ? error : `${error}(${args.join(", ")})`;
    const message = () =>
      pass
        ? `the call reverted with ${wanted}`
        : `the call did not revert with ${wanted}: it ${endingInWords(outcome)}${traceOf(outcome)}`;
    return { pass, message };
  },

  async toRunOutOfGas(received: unknown) {
    const outcome = await outcomeOfReceived(received);
    const pass = outcome.result.ending?.name === "out-of-gas";
    const message = () =>
      pass
        ? `the call ran out of gas (${outcome.result.gasUsed})`
        : `the call did not run out of gas: it ${endingInWords(outcome)}${traceOf(outcome)}`;
    return { pass, message };
  },

  async toTrap(received: unknown, code?: Trap) {
    if (code !== undefined && !TRAPS.includes(code))
      throw new TypeError(`there is no trap ${code}; there are ${TRAPS.join(", ")}`);
    const outcome = await outcomeOfReceived(received);
    const { ending } = outcome.result;
    const pass = ending?.name === "trapped" && (code === undefined || ending.trap === code);
    const message = () =>
      pass
        ? `the call trapped: ${ending.trap}`
        : `the call did not trap${code === undefined ? "" : ` by ${code}`}: it ${endingInWords(outcome)}${traceOf(outcome)}`;
    return { pass, message };
  },

  async toUseGas(received: unknown, gas: bigint | number | GasRange) {
    const outcome = await outcomeOfReceived(received);
    const { gasUsed } = outcome.result;
    const { min, max } = boundsOf(gas);
    const pass = gasUsed >= min && (max === undefined || gasUsed <= max);
    const wanted = min === max ? `${min}` : max === undefined ? `at least ${min}` : `${min} to ${max}`;
    const message = () => `the call used ${gasUsed} gas, ${pass ? "which is" : "not"} ${wanted}`;
    return { pass, message };
  },

  async toChangeState(received: unknown) {
    const outcome = await outcomeOfReceived(received);
    const pass = await outcome.result.changedState();
    const message = () =>
      pass ? "the call changed the state" : `the call changed nothing: it ${endingInWords(outcome)}${traceOf(outcome)}`;
    return { pass, message };
  },

  toBeObliviousTo(received: unknown, inputs: readonly (readonly unknown[])[]) {
    return obliviousTo(received, inputs);
  },
});

function boundsOf(gas: bigint | number | GasRange): { min: bigint; max: bigint | undefined } {
  if (typeof gas !== "object") return { min: BigInt(gas), max: BigInt(gas) };
  const max = gas.max === undefined ? undefined : BigInt(gas.max);
  return { min: BigInt(gas.min ?? 0), max };
}

/** Values of an ABI in one form: numbers as `bigint`, bytes and addresses as lower-case hex, Results as lists. */
function plain(value: unknown): unknown {
  if (typeof value === "number" && Number.isSafeInteger(value)) return BigInt(value);
  if (typeof value === "string") return /^0x[0-9a-fA-F]*$/.test(value) ? value.toLowerCase() : value;
  if (value instanceof Uint8Array) return toHex(value);
  return Array.isArray(value) ? Array.from(value, plain) : value;
}
