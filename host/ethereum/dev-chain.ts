/**
 * A local Ethereum chain for development: anvil, with our own miner.
 *
 * Two modes. Normally blocks are closed as soon as a transaction waits, many transactions in one (see `miner.ts`). In
 * seeded mode anvil makes one block for each transaction, genesis has a fixed time and each block is one second
 * after the one before, so that the same transactions in the same order give the same block hashes in every run.
 *
 * With `data`, the chain is kept in a file. anvil writes it when it stops and once a second; what was mined in the second
 * before a kill is lost, as anvil has no journal.
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Logger } from "../protocol/logger.ts";
import { startAnvil } from "./anvil-process.ts";
import { DEV_ACCOUNTS, DEV_MNEMONIC, type DevAccount, devAccounts } from "./dev-accounts.ts";
import { JsonRpcConnection } from "./json-rpc-connection.ts";
import { type Miner, startMiner } from "./miner.ts";

export const DEV_CHAIN_ID = 31_337;
/** Genesis of seeded chains: 2026-01-01 00:00:00 UTC. */
export const SEEDED_GENESIS_TIME = 1_767_225_600;

const STATE_FILE = "chain.json";
const STATE_INTERVAL_SECONDS = 1;

export interface DevChainOptions {
  /** TCP port on 127.0.0.1; 0, the default, takes a free one. */
  readonly port?: number | undefined;
  readonly chainId?: number | undefined;
  /** One block a transaction, fixed times: equal block hashes in equal runs. */
  readonly seeded?: boolean | undefined;
  /** Seconds since 1970-01-01 UTC; only in seeded mode. */
  readonly genesisTime?: number | undefined;
  /** Folder in which the chain outlives the process. */
  readonly data?: string | undefined;
  /** Stops the start or, later, the chain. */
  readonly signal?: AbortSignal | undefined;
  readonly logger?: Logger | undefined;
}

export interface DevChain {
  readonly url: string;
  readonly webSocketUrl: string;
  readonly port: number;
  readonly chainId: number;
  readonly pid: number;
  /** Funded with 10,000 ether each; everybody knows their keys. */
  readonly accounts: readonly DevAccount[];
  /** Resolves when the process has ended, also when it was not asked to. */
  readonly ended: Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts the chain and resolves when it answers.
 * @throws `port-in-use`, `chain-start-failed`, and the signal's reason if it is aborted
 */
export async function startDevChain(options: DevChainOptions = {}): Promise<DevChain> {
  const { signal, logger, seeded = false, chainId = DEV_CHAIN_ID } = options;
  if (options.data !== undefined) await mkdir(options.data, { recursive: true });
  const anvil = await startAnvil(options.port ?? 0, anvilArguments({ ...options, seeded, chainId }), signal);
  const url = `http://127.0.0.1:${anvil.port}`;
  const webSocketUrl = `ws://127.0.0.1:${anvil.port}`;
  let miner: Miner | undefined;
  const close = async () => {
    signal?.removeEventListener("abort", close);
    await miner?.close();
    await anvil.stop();
  };
  try {
    if (seeded) await setBlockInterval(url);
    else miner = await startMiner({ url, webSocketUrl, logger });
    signal?.throwIfAborted();
  } catch (error) {
    await close();
    throw error;
  }
  signal?.addEventListener("abort", close, { once: true });
  const accounts = devAccounts();
  return { url, webSocketUrl, port: anvil.port, chainId, pid: anvil.pid, accounts, ended: anvil.ended, close };
}

function anvilArguments(options: DevChainOptions & { seeded: boolean; chainId: number }): string[] {
  const { seeded, chainId, data, genesisTime = SEEDED_GENESIS_TIME } = options;
  const args = ["--chain-id", String(chainId), "--accounts", String(DEV_ACCOUNTS), "--mnemonic", DEV_MNEMONIC];
  if (seeded) args.push("--timestamp", String(genesisTime));
  else args.push("--no-mining");
  if (data !== undefined) {
    args.push("--state", join(data, STATE_FILE), "--state-interval", String(STATE_INTERVAL_SECONDS));
    args.push("--preserve-historical-states");
  }
  return args;
}

async function setBlockInterval(url: string): Promise<void> {
  const connection = new JsonRpcConnection(url);
  try {
    await connection.request("anvil_setBlockTimestampInterval", [1]);
  } finally {
    connection.close();
  }
}
