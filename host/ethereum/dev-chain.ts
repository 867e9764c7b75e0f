/**
 * A local Ethereum chain for development: anvil, with our own miner.
 *
 * Two modes. Normally blocks are closed as soon as a transaction waits, many transactions in one (see `miner.ts`). In
 * seeded mode anvil makes one block for each transaction, genesis has a fixed time and each block is one second
 * after the one before, so that the same transactions in the same order give the same block hashes in every run.
 *
 * With `data`, the chain outlives the process, see `chain-journal.ts`.
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Logger } from "../protocol/logger.ts";
import { startAnvil } from "./anvil-process.ts";
import { ChainJournal } from "./chain-journal.ts";
import { DEV_ACCOUNTS, DEV_MNEMONIC, type DevAccount, devAccounts } from "./dev-accounts.ts";
import { JsonRpcConnection } from "./json-rpc-connection.ts";
import { type Miner, startMiner } from "./miner.ts";

export const DEV_CHAIN_ID = 31_337;
/** Genesis of seeded chains: 2026-01-01 00:00:00 UTC. */
export const SEEDED_GENESIS_TIME = 1_767_225_600;

const JOURNAL_FILE = "chain.jsonl";

/**
 * States of as many blocks stay in memory for calls that name an older block. By default anvil keeps thousands and
 * writes each as a whole into the user's home, where nobody deletes them: gigabytes after a few thousand blocks.
 */
const KEPT_STATES = 128;

export interface DevChainOptions {
  /** Where others reach the chain besides this machine: an IPv4 address of it; `127.0.0.1` alone by default. */
  readonly host?: string | undefined;
  /** TCP port; 0, the default, takes a free one. */
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
 * Starts the chain and resolves when it answers and, with `data`, is where it was.
 * @throws `port-in-use`, `chain-start-failed`, `chain-data-mismatch`, and the signal's reason if it is aborted
 */
export async function startDevChain(options: DevChainOptions = {}): Promise<DevChain> {
  const { host, signal, logger, seeded = false, chainId = DEV_CHAIN_ID } = options;
  const journal = await openJournal(options, seeded, chainId);
  const genesisTime = journal?.genesis.genesisTime ?? genesisTimeOf(options, seeded);
  const anvil = await startAnvil({ host, port: options.port ?? 0 }, anvilArguments(chainId, genesisTime), signal);
  const reached = host === undefined || host === "0.0.0.0" ? "127.0.0.1" : host;
  const url = `http://${reached}:${anvil.port}`;
  const webSocketUrl = `ws://${reached}:${anvil.port}`;
  let miner: Miner | undefined;
  const close = async () => {
    signal?.removeEventListener("abort", close);
    await miner?.close();
    await journal?.close();
    await anvil.stop();
  };
  try {
    await prepare(url, seeded, journal);
    signal?.throwIfAborted();
    if (!seeded) miner = await startMiner({ url, webSocketUrl, logger });
    journal?.record(url);
    signal?.throwIfAborted();
  } catch (error) {
    await close();
    throw error;
  }
  signal?.addEventListener("abort", close, { once: true });
  const accounts = devAccounts();
  return { url, webSocketUrl, port: anvil.port, chainId, pid: anvil.pid, accounts, ended: anvil.ended, close };
}

async function openJournal(
  options: DevChainOptions,
  seeded: boolean,
  chainId: number,
): Promise<ChainJournal | undefined> {
  if (options.data === undefined) return undefined;
  await mkdir(options.data, { recursive: true });
  const genesisTime = genesisTimeOf(options, seeded) ?? Math.floor(Date.now() / 1000);
  return ChainJournal.open(join(options.data, JOURNAL_FILE), { version: 1, chainId, genesisTime, seeded });
}

function genesisTimeOf(options: DevChainOptions, seeded: boolean): number | undefined {
  return seeded ? (options.genesisTime ?? SEEDED_GENESIS_TIME) : undefined;
}

function anvilArguments(chainId: number, genesisTime: number | undefined): string[] {
  const args = ["--chain-id", String(chainId), "--accounts", String(DEV_ACCOUNTS), "--mnemonic", DEV_MNEMONIC];
  if (genesisTime !== undefined) args.push("--timestamp", String(genesisTime));
  return [...args, "--no-mining", "--prune-history", String(KEPT_STATES)];
}

/** Does the blocks of before again, then lets time go on: by a second for each block if seeded, else as it does. */
async function prepare(url: string, seeded: boolean, journal: ChainJournal | undefined): Promise<void> {
  const connection = new JsonRpcConnection(url);
  try {
    await journal?.replay(connection);
    if (seeded) {
      await connection.request("anvil_setBlockTimestampInterval", [1]);
      await connection.request("evm_setAutomine", [true]);
    } else if (journal !== undefined) {
      await connection.request("evm_setTime", [Math.floor(Date.now() / 1000)]);
    }
  } finally {
    connection.close();
  }
}
