/** A project of secret contracts, as its configuration describes it and as defaults complete it. */
import path from "node:path";
import { DEVELOPMENT_NAMES } from "./accounts.ts";
import type { AccountSource, NetworkConfig, ProjectConfig } from "./define-config.ts";

export interface Project {
  /** The folder of `enigma.config.ts`, absolute. */
  readonly root: string;
  /** The configuration's file; undefined where there is none. */
  readonly file: string | undefined;
  /** Folder of the Cargo workspace, absolute. */
  readonly contracts: string;
  /** Folder of what is compiled, absolute. */
  readonly artifacts: string;
  readonly networks: Readonly<Record<string, NetworkConfig>>;
  readonly defaultNetwork: string;
  readonly accounts: Readonly<Record<string, AccountSource>>;
  /** Whether types are written beside artifacts. */
  readonly typescript: boolean;
}

/** The file that makes a folder a project. */
export const CONFIG_FILE = "enigma.config.ts";

/** What `enigma start` starts. */
export const LOCAL_NETWORK: NetworkConfig = {
  rpc: "http://127.0.0.1:3346",
  ethereum: "http://127.0.0.1:9545",
  principal: "http://127.0.0.1:3040",
};

/** Completes a configuration that was checked. */
export function projectOf(root: string, file: string | undefined, config: ProjectConfig): Project {
  return {
    root,
    file,
    contracts: path.resolve(root, config.contracts ?? "contracts"),
    artifacts: path.resolve(root, config.artifacts ?? "artifacts"),
    networks: { ...config.networks, local: { ...LOCAL_NETWORK, ...config.networks?.local } },
    defaultNetwork: config.defaultNetwork ?? "local",
    accounts: { ...developmentAccounts(), ...config.accounts },
    typescript: config.typescript ?? true,
  };
}

function developmentAccounts(): Record<string, number> {
  return Object.fromEntries(DEVELOPMENT_NAMES.map((name, index) => [name, index + 1]));
}
