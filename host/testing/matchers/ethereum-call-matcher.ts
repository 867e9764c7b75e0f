/** Calls that secret contracts make to Ethereum, as a matcher for vitest: what a call queued, in either bed. */
import { FunctionFragment, Interface } from "ethers";
import { expect } from "vitest";
import { isEnigmaError } from "../../protocol/errors/enigma-error.ts";
import { type Address, address, toHex } from "../../protocol/hex.ts";
import type { EthereumCall } from "../contract/call-result.ts";
import { endingInWords, outcomeOfReceived, traceOf } from "./received-call.ts";

/** Whom a call is for: an address, or an ethers contract. */
export type EthereumTarget = string | { readonly target: unknown; readonly interface: Interface };

declare module "vitest" {
  // biome-ignore lint/suspicious/noExplicitAny: declarations that are merged must have the same parameters
  interface Matchers<T = any> {
    /**
     * The call has a call to Ethereum among its effects: to this target, of this function, with these arguments where they are
     * given. `fn` is a signature, such as `finish(address,uint256)`; a name where the target is an ethers contract.
     */
    toCallEthereum(target: EthereumTarget, fn: string, args?: readonly unknown[]): Promise<void>;
  }
}

interface WantedCall {
  readonly target: Address;
  readonly abi: Interface;
  readonly fragment: FunctionFragment;
}

expect.extend({
  async toCallEthereum(received: unknown, target: EthereumTarget, fn: string, args?: readonly unknown[]) {
    const wanted = wantedCall(target, fn);
    const outcome = await outcomeOfReceived(received);
    const calls = outcome.result.effects.filter((effect) => effect.kind === "call");
    const pass = calls.some((call) => {
      const decoded = decode(call, wanted);
      return decoded !== undefined && (args === undefined || this.equals(decoded, args.map(plain)));
    });
    const name = `${wanted.fragment.format()} of ${wanted.target}${args === undefined ? "" : ` with (${args.join(", ")})`}`;
    const made = calls.length === 0 ? "it called nothing there" : `it called ${calls.map(inWords(wanted)).join("; ")}`;
    const message = () =>
      pass
        ? `the call called ${name}`
        : `the call did not call ${name}: ${made}, and it ${endingInWords(outcome)}${traceOf(outcome)}`;
    return { pass, message };
  },
});

/** @throws TypeError for a function that cannot be known */
function wantedCall(target: EthereumTarget, fn: string): WantedCall {
  const [at, abi] = typeof target === "string" ? [target, signatureInterface(fn)] : [target.target, target.interface];
  const fragment = abi.getFunction(fn);
  if (fragment === null) throw new TypeError(`the target has no function ${fn}`);
  return { target: readAddress(at), abi, fragment };
}

function signatureInterface(fn: string): Interface {
  try {
    return new Interface([FunctionFragment.from(`function ${fn}`)]);
  } catch (cause) {
    throw new TypeError(`${fn} is no signature, such as finish(address,uint256); names do for ethers contracts`, {
      cause,
    });
  }
}

function readAddress(value: unknown): Address {
  try {
    return address(String(value));
  } catch (cause) {
    if (isEnigmaError(cause)) throw new TypeError(`${value} is no address`, { cause });
    throw cause;
  }
}

/** The arguments of the wanted function; undefined for a call of something else. */
function decode({ target, calldata }: EthereumCall, wanted: WantedCall): unknown[] | undefined {
  if (target !== wanted.target || toHex(calldata.subarray(0, 4)) !== wanted.fragment.selector) return undefined;
  try {
    return wanted.abi.decodeFunctionData(wanted.fragment, calldata).toArray(true).map(plain);
  } catch {
    return undefined; // its selector is the wanted one, and what follows is something else
  }
}

function inWords(wanted: WantedCall): (call: EthereumCall) => string {
  return (call) => {
    const args = decode(call, wanted);
    return `${call.target} ${args === undefined ? toHex(call.calldata) : `${wanted.fragment.name}(${args.join(", ")})`}`;
  };
}

/** Addresses are compared without their checksum, small numbers as large ones. */
function plain(value: unknown): unknown {
  if (typeof value === "string" && /^0x[0-9a-f]*$/i.test(value)) return value.toLowerCase();
  if (typeof value === "number" && Number.isInteger(value)) return BigInt(value);
  return Array.isArray(value) ? value.map(plain) : value;
}
