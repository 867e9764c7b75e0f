// The host interface as a component imports it: lists are lifted by jco already, so only lengths and prices are left.

import type { HostFunctions, HostPrice, HostPrices } from "./host-functions.ts";
import type { GuestSlot } from "./host-imports.ts";
import { answerOf, check } from "./host-imports.ts";
import { RunSignal } from "./run-outcome.ts";

type Argument = Uint8Array | number;
type Method = (...args: Argument[]) => unknown;

/** Every host function by the name that jco gives it. */
export function componentImports(prices: HostPrices, slot: GuestSlot, host: HostFunctions): Record<string, Method> {
  const imports: Record<string, Method> = {};
  for (const [name, price] of Object.entries(prices.functions)) {
    const method = name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
    imports[method] = (...args) => call(name, price, slot, args, host, method);
  }
  return imports;
}

function call(name: string, price: HostPrice, slot: GuestSlot, args: Argument[], host: HostFunctions, method: string) {
  const { guest } = slot;
  const sizes = args.map((arg) => (typeof arg === "number" ? arg : arg.length));
  price.params.forEach((param, index) => {
    check(sizes[index] as number, param);
  });
  const left = guest.exports.enigma_gas.value;
  guest.charge(price.base + price.byteIn * sizes.reduce((sum, size) => sum + size, 0));
  if (name === "gas-left") return left;
  if (name === "panic") throw new RunSignal("panicked", undefined, args[0] as Uint8Array);
  const answer = answerOf(() => (host as unknown as Record<string, Method>)[method]?.call(host, ...args));
  if (answer instanceof Uint8Array) guest.charge(price.byteOut * answer.length);
  return answer;
}
