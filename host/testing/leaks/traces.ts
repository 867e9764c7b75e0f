/** Everything outside of enclaves and clients that a network leaves behind, as bytes to be searched. */
import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import type { JsonRpcConnection } from "../../ethereum/json-rpc-connection.ts";
import type { Hex } from "../../protocol/hex.ts";
import type { KeptEvents } from "../kept-events.ts";
import type { KeptLog } from "../kept-log.ts";

import type { SentBytes } from "./sent-bytes.ts";

/** Bytes that somebody without the right to know could read. */
export interface Trace {
  /** A file's path, "log", "events", "gossip", "peers", "network" or "Ethereum". */
  readonly place: string;
  readonly bytes: Buffer;
}

export interface TraceSources {
  readonly folder: string;
  readonly log: KeptLog;
  readonly events: KeptEvents;
  readonly gossip: readonly Buffer[];
  /** What was written to sockets, and said to peers. */
  readonly sent: Pick<SentBytes, "bytes" | "toPeers">;
  readonly ethereum: JsonRpcConnection;
}

export async function networkTraces(sources: TraceSources): Promise<Trace[]> {
  const { folder, log, events, gossip, sent, ethereum } = sources;
  return [
    ...(await fileTraces(folder)),
    { place: "log", bytes: Buffer.from(log.lines.join("\n")) },
    { place: "events", bytes: Buffer.from(JSON.stringify(events.all, bigintAsText)) },
    { place: "gossip", bytes: Buffer.concat(gossip) },
    { place: "peers", bytes: sent.toPeers },
    { place: "network", bytes: sent.bytes },
    { place: "Ethereum", bytes: await blocks(ethereum) },
  ];
}

async function fileTraces(folder: string): Promise<Trace[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(files.map(async (file) => ({ place: relative(folder, file), bytes: await readFile(file) })));
}

/** All blocks with their transactions' calldata, and all logs. */
async function blocks(ethereum: JsonRpcConnection): Promise<Buffer> {
  const head = Number(await ethereum.request<Hex>("eth_blockNumber"));
  const numbers = Array.from({ length: head + 1 }, (_, number) => `0x${number.toString(16)}`);
  const read = await Promise.all(numbers.map((number) => ethereum.request("eth_getBlockByNumber", [number, true])));
  const logs = await ethereum.request("eth_getLogs", [{ fromBlock: "0x0", toBlock: "latest" }]);
  return Buffer.from(JSON.stringify([read, logs]));
}

function bigintAsText(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}
