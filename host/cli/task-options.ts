/** Options of the commands that order tasks or ask contracts. */
import type { OptionSpecs } from "./command.ts";
import { parseWhole } from "./option-values.ts";

export const NETWORK_OPTION = {
  network: { value: "NAME", summary: "network of enigma.config.ts (default: its defaultNetwork, else local)" },
} as const satisfies OptionSpecs;

export const ACCOUNT_OPTIONS = {
  from: {
    ...{ value: "ACCOUNT", default: "alice" },
    summary: "who asks: alice to ivan, an account of enigma.config.ts, or the index of a development account",
  },
  ...NETWORK_OPTION,
} as const satisfies OptionSpecs;

export const GAS_OPTIONS = {
  "gas-limit": {
    value: "GAS",
    summary: "most gas that the execution may use; what is left is paid back",
    parse: parseWhole,
  },
  "gas-price": {
    value: "PRICE",
    summary: "base units of ENG for a unit of gas (default: 1,000,000,000)",
    parse: parseWhole,
  },
  "call-gas-limit": {
    value: "GAS",
    summary: "most Ethereum gas that the calls which the task makes there may use together (default: none)",
    parse: parseWhole,
  },
} as const satisfies OptionSpecs;

/** What was chosen, as the client takes it. */
export interface ChosenGas {
  readonly "gas-limit": bigint | undefined;
  readonly "gas-price": bigint | undefined;
  readonly "call-gas-limit": bigint | undefined;
}

export interface GasTerms {
  readonly gasLimit: bigint;
  readonly gasPrice: bigint;
  readonly callGasLimit: bigint;
}

const GAS_PRICE = 10n ** 9n;

export function gasTerms(options: ChosenGas, usualLimit: bigint): GasTerms {
  return {
    gasLimit: options["gas-limit"] ?? usualLimit,
    gasPrice: options["gas-price"] ?? GAS_PRICE,
    callGasLimit: options["call-gas-limit"] ?? 0n,
  };
}
