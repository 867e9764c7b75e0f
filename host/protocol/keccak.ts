/**
 * Keccak-256 as Ethereum uses it.
 *
 * Everything on the path of a task is hashed several times, and JavaScript takes thirty times as long for it as OpenSSL.
 * So where the runtime is Node its OpenSSL does it, for ethers as well; elsewhere ethers' own implementation does.
 */
import { keccak256 } from "ethers";
import { fromHex, type Hash } from "./hex.ts";
import { nativeKeccak } from "./native-keccak.ts";

if (nativeKeccak !== undefined) keccak256.register(nativeKeccak.bytes);

/** Keccak-256 as a hash. */
export function keccak(bytes: Uint8Array): Hash {
  return (nativeKeccak === undefined ? keccak256(bytes) : nativeKeccak.hex(bytes)) as Hash;
}

/** Keccak-256 as 32 bytes. */
export function keccakBytes(bytes: Uint8Array): Uint8Array {
  return nativeKeccak === undefined ? fromHex(keccak256(bytes), 32) : nativeKeccak.bytes(bytes);
}
