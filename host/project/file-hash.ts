import { createRequire } from "node:module";
import type { Hash } from "../protocol/hex.ts";
import { nativeKeccak } from "../protocol/native-keccak.ts";

/**
 * Keccak-256 for commands that only read files: to load ethers takes longer than all that they do, so it is loaded only where Node's
 * OpenSSL lacks the hash.
 */
export function fileHash(bytes: Uint8Array): Hash {
  return (nativeKeccak === undefined ? hashByEthers(bytes) : nativeKeccak.hex(bytes)) as Hash;
}

/** The same without OpenSSL. */
export function hashByEthers(bytes: Uint8Array): string {
  const { keccak256 } = createRequire(import.meta.url)("ethers") as typeof import("ethers");
  return keccak256(bytes);
}
