import { keccak256 } from "ethers";
import { fromHex, type Hash } from "./hex.ts";

/** Keccak-256 as Ethereum uses it, as a hash. */
export function keccak(bytes: Uint8Array): Hash {
  return keccak256(bytes) as Hash;
}

/** Keccak-256 as 32 bytes. */
export function keccakBytes(bytes: Uint8Array): Uint8Array {
  return fromHex(keccak256(bytes), 32);
}
