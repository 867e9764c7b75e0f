import type { ChainView } from "../ethereum/chain-view.ts";
import type { Settings } from "../ethereum/deploy-contracts.ts";
import type { JsonRpcConnection } from "../ethereum/json-rpc-connection.ts";
import type { PrincipalNode } from "../principal/principal-node.ts";
import type { Clock } from "../protocol/clock.ts";
import type { EnigmaDomain } from "../protocol/eip712-domain.ts";
import type { Address } from "../protocol/hex.ts";
import type { Logger } from "../protocol/logger.ts";
import type { NodeObserver } from "../protocol/node-event.ts";
import type { WorkerNode } from "../worker/worker-node.ts";
import type { EarlyEnclaves } from "./early-enclaves.ts";
import type { NetworkAccounts } from "./network-accounts.ts";
import type { NetworkChain } from "./network-chain.ts";
import type { NetworkFolder } from "./network-folder.ts";
import type { NetworkPorts } from "./network-ports.ts";
import type { NetworkRandomness } from "./seeded-bytes.ts";

/** What is fixed when the Enigma contract is deployed; each has a default. */
export type NetworkSettings = Partial<Settings>;

export interface LocalNetworkOptions {
  /** 1 to 9. */
  readonly workers: number;
  readonly ports: NetworkPorts;
  /**
   * An IP address of this machine, or 0.0.0.0 for all of them, at which other machines reach the network's nodes, so that
   * workers can join from there; loopback by default. Whoever reaches the blockchain can do with it as they like.
   */
  readonly host?: string | undefined;
  /** @throws EnigmaError naming the rule that a module breaks */
  readonly checkModule: (module: Uint8Array) => Promise<void>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Folder to keep the network in; absent for a temporary one. */
  readonly data?: string | undefined;
  /** False for a network whose data need not survive a crash of the machine, as in tests: then nothing waits for the disk. */
  readonly durable?: boolean | undefined;
  /** 32 bytes that everything is derived from; absent to draw. */
  readonly seed?: Uint8Array | undefined;
  /** JSON-RPC URL of another Ethereum endpoint. */
  readonly chainUrl?: string | undefined;
  /** Of the Enigma contract, where it is not deployed yet. */
  readonly settings?: NetworkSettings | undefined;
  /** Blocks of an epoch. */
  readonly epochBlocks?: number | undefined;
  readonly taskTimeoutBlocks?: number | undefined;
  /** What enclaves run contracts with: V8, or jco's slow reference runner, which must give the same bytes. */
  readonly engine?: "v8" | "jco" | undefined;
  /** Where enclaves run: each in a process of its own by default, or, for tests, all in this one, where nothing shields them. */
  readonly enclaves?: "process" | "in-process" | undefined;
  /** Stops the start; after it, use `stop`. */
  readonly signal?: AbortSignal | undefined;
  /** Called when a step of the start begins. */
  readonly onStep?: ((step: string) => void) | undefined;
  readonly onEvent?: NodeObserver | undefined;
}

/** What the parts of a network share. */
export interface NetworkContext {
  readonly early: EarlyEnclaves;
  readonly options: LocalNetworkOptions;
  readonly folder: NetworkFolder;
  readonly chain: NetworkChain;
  readonly connection: JsonRpcConnection;
  readonly accounts: NetworkAccounts;
  readonly randomness: NetworkRandomness;
  readonly signal: AbortSignal;
}

/** What nodes are made with. */
export interface NodeSurroundings {
  readonly domain: EnigmaDomain;
  readonly token: Address;
  readonly view: ChainView;
  readonly principal?: PrincipalNode;
  readonly workers: readonly WorkerNode[];
}

/** The running parts of a network. */
export interface NetworkParts extends NodeSurroundings {
  readonly principal: PrincipalNode;
  readonly workers: WorkerNode[];
}
