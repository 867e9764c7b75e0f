/** What an author writes in `enigma.config.ts`. */
import type { Hex } from "../protocol/hex.ts";
import type { ConfigVariable } from "./config-variable.ts";

/** An account: the index of a development account, a private key of 32 bytes, or the variable that holds one. */
export type AccountSource = number | Hex | ConfigVariable;

/** Where a network is reached. */
export interface NetworkConfig {
  /** URL of a worker's JSON-RPC. */
  readonly rpc: string;
  /** URL of the Ethereum chain's JSON-RPC. */
  readonly ethereum?: string;
  /** URL of the principal. */
  readonly principal?: string;
  /** Accounts of this network alone; they go before those of the project. */
  readonly accounts?: Readonly<Record<string, AccountSource>>;
}

/** All fields are optional. Folders are relative to the file. */
export interface ProjectConfig {
  /** Folder of the Cargo workspace with the contracts; by default `contracts`. */
  readonly contracts?: string;
  /** Folder of what `enigma compile` makes; by default `artifacts`. */
  readonly artifacts?: string;
  /** Networks by name. `local`, which `enigma start` starts, is there without being named. */
  readonly networks?: Readonly<Record<string, NetworkConfig>>;
  /** By default `local`. */
  readonly defaultNetwork?: string;
  /** Accounts by name, beside `alice` to `ivan`, which are the development accounts 1 to 9. */
  readonly accounts?: Readonly<Record<string, AccountSource>>;
  /** Whether `enigma compile` writes types beside each artifact; by default it does. */
  readonly typescript?: boolean;
}

/**
 * Gives a configuration its type, so that an editor completes and checks it.
 *
 * @example export default defineConfig({ accounts: { deployer: configVariable("DEPLOYER_KEY") } });
 */
export function defineConfig<const C extends ProjectConfig>(config: C): C {
  return config;
}
