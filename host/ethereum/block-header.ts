import { type Hash, type Hex, hash } from "../protocol/hex.ts";
import type { JsonRpcRequest } from "./json-rpc-connection.ts";

export interface BlockHeader {
  readonly number: bigint;
  readonly hash: Hash;
  readonly parentHash: Hash;
  /** Seconds since 1970-01-01 UTC. */
  readonly timestamp: bigint;
}

/** A header as the endpoint gives it; null above the head. */
export type RawHeader = Readonly<Record<"number" | "hash" | "parentHash" | "timestamp", Hex>> | null;

/** The request for the header of a block. */
export function headerRequest(block: bigint | "latest"): JsonRpcRequest {
  const tag = typeof block === "bigint" ? `0x${block.toString(16)}` : block;
  return { method: "eth_getBlockByNumber", params: [tag, false] };
}

/** Undefined above the head. */
export function readHeader(raw: RawHeader): BlockHeader | undefined {
  if (raw === null) return undefined;
  return {
    number: BigInt(raw.number),
    hash: hash(raw.hash),
    parentHash: hash(raw.parentHash),
    timestamp: BigInt(raw.timestamp),
  };
}
