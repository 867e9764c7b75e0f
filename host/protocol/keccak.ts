/**
 * Keccak-256 as Ethereum uses it.
 *
 * Everything on the path of a task is hashed several times, and JavaScript takes thirty times as long for it as OpenSSL.
 * So where the runtime is Node its OpenSSL does it, for ethers as well; elsewhere ethers' own implementation does.
 */
import { keccak256 } from "ethers";
import { fromHex, type Hash } from "./hex.ts";

interface NativeCrypto {
  getHashes(): string[];
  hash(algorithm: string, data: Uint8Array, encoding: "hex"): string;
  hash(algorithm: string, data: Uint8Array, encoding: "buffer"): Uint8Array;
}

interface NodeProcess {
  getBuiltinModule?(name: string): NativeCrypto | undefined;
}

const ALGORITHM = "keccak-256";
const native = nativeCrypto();
if (native !== undefined) keccak256.register((data) => native.hash(ALGORITHM, data, "buffer"));

/** Keccak-256 as a hash. */
export function keccak(bytes: Uint8Array): Hash {
  return (native === undefined ? keccak256(bytes) : `0x${native.hash(ALGORITHM, bytes, "hex")}`) as Hash;
}

/** Keccak-256 as 32 bytes. */
export function keccakBytes(bytes: Uint8Array): Uint8Array {
  return native === undefined ? fromHex(keccak256(bytes), 32) : new Uint8Array(native.hash(ALGORITHM, bytes, "buffer"));
}

function nativeCrypto(): NativeCrypto | undefined {
  const { process } = globalThis as { process?: NodeProcess };
  const crypto = process?.getBuiltinModule?.("node:crypto");
  return crypto?.getHashes().includes(ALGORITHM) ? crypto : undefined;
}
