import { startDevChain } from "../ethereum/dev-chain.ts";
import { JsonRpcConnection } from "../ethereum/json-rpc-connection.ts";
import type { Hex } from "../protocol/hex.ts";
import type { Logger } from "../protocol/logger.ts";
import { abortable, startedUnless } from "./abortable.ts";

/** The Ethereum endpoint of a network, its own or another's. */
export interface NetworkChain {
  readonly url: string;
  readonly webSocketUrl: string;
  readonly chainId: bigint;
  /** Resolves when a chain of our own has ended without being asked to; never for another's. */
  readonly ended: Promise<void>;
  close(): Promise<void>;
}

export interface NetworkChainOptions {
  /** JSON-RPC URL of another endpoint; absent for a chain of our own. */
  readonly url: string | undefined;
  /** Where a chain of our own listens; loopback by default. */
  readonly host?: string | undefined;
  readonly port: number;
  readonly seeded: boolean;
  /** Folder in which a chain of our own is kept; absent where it need not outlive the network. */
  readonly data: string | undefined;
  readonly signal: AbortSignal;
  readonly logger: Logger;
}

/**
 * Starts the chain, or finds the other endpoint's chain id.
 * @throws EnigmaError `port-in-use`, `chain-start-failed`, `chain-unreachable`
 */
export async function openChain(options: NetworkChainOptions): Promise<NetworkChain> {
  if (options.url !== undefined) return foreignChain(options.url, options.signal);
  const { host, port, seeded, data, logger } = options;
  const chain = await startedUnless(options.signal, (signal) =>
    startDevChain({ host, port, seeded, data, signal, logger }),
  );
  const { url, webSocketUrl, ended } = chain;
  return { url, webSocketUrl, chainId: BigInt(chain.chainId), ended, close: () => chain.close() };
}

async function foreignChain(url: string, signal: AbortSignal): Promise<NetworkChain> {
  const connection = new JsonRpcConnection(url);
  try {
    const chainId = BigInt(await abortable(connection.request<Hex>("eth_chainId"), signal));
    const webSocketUrl = url.replace(/^http/, "ws");
    return { url, webSocketUrl, chainId, ended: new Promise(() => {}), close: async () => {} };
  } finally {
    connection.close();
  }
}
