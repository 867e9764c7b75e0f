// The host interface as a component imports it: lists are lifted by jco already, so only lengths and prices are left.

import { callContract } from "./contract-call.ts";
import { answerOf } from "./host-answer.ts";
import type { HostFunctions, HostPrice, HostPrices } from "./host-functions.ts";
import { check, type GuestSlot } from "./import-shapes.ts";
import { RunSignal } from "./run-outcome.ts";

type Argument = Uint8Array | number | bigint | boolean;
type Method = (...args: Argument[]) => unknown;

/** Every host function by the name that jco gives it. */
export function componentImports(prices: HostPrices, slot: GuestSlot, host: HostFunctions): Record<string, Method> {
  const imports: Record<string, Method> = {};
  for (const [name, price] of Object.entries(prices.functions)) {
    const method = name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
    const ask = asking(name, method, prices, slot, host);
    imports[method] = (...args) => {
      const left = charge(price, slot, args);
      if (name === "gas-left") return left;
      const answer = ask(...args);
      if (answer instanceof Uint8Array) slot.guest.charge(price.byteOut * answer.length);
      return answer;
    };
  }
  return imports;
}

/** What a call that is paid comes to. */
function asking(name: string, method: string, prices: HostPrices, slot: GuestSlot, host: HostFunctions): Method {
  const functions = host as unknown as Record<string, Method>;
  const ask: Method = (...args) => answerOf(() => functions[method]?.call(host, ...args));
  switch (name) {
    case "panic":
      return (message) => {
        throw new RunSignal("panicked", undefined, message as Uint8Array);
      };
    case "burn-gas":
      return (amount) => slot.guest.burn(amount as bigint);
    case "call-contract":
      return (contract, calldata, gas) =>
        callContract(slot.guest, prices, host, contract as Uint8Array, calldata as Uint8Array, gas as bigint);
    case "call-ethereum":
      return (required, ...args) => ask(required !== 0, ...args);
    default:
      return ask;
  }
}

/** Checks lengths and takes the price; answers what was left before. */
function charge(price: HostPrice, { guest }: GuestSlot, args: readonly Argument[]): bigint {
  let bytes = 0;
  price.params.forEach((param, index) => {
    if (param.kind === "u32" || param.kind === "u64") return;
    const arg = args[index];
    const size = arg instanceof Uint8Array ? arg.length : (arg as number);
    check(size, param);
    bytes += size;
  });
  const left = guest.exports.enigma_gas.value;
  guest.charge(price.base + price.byteIn * bytes);
  return left;
}
