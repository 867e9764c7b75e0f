/** Values for vectors: fixed, without pattern, and at the edges of their fields. */
import { createHash } from "node:crypto";

/** `length` bytes that depend on `label` alone. */
export function sampleBytes(label: string, length: number): Uint8Array {
  const blocks: Uint8Array[] = [];
  for (let block = 0; block * 32 < length; block += 1) {
    blocks.push(createHash("sha256").update(`${label}/${block}`).digest());
  }
  return Uint8Array.from(Buffer.concat(blocks).subarray(0, length));
}

export function sampleHex(label: string, length: number): string {
  return hexOf(sampleBytes(label, length));
}

export function hexOf(bytes: Uint8Array): string {
  return `0x${Buffer.from(bytes).toString("hex")}`;
}

export function bytesOf(hex: string): Buffer {
  return Buffer.from(hex.slice(2), "hex");
}

/** An unsigned integer as big-endian bytes. */
export function bigEndian(value: bigint, length: number): Buffer {
  return Buffer.from(value.toString(16).padStart(length * 2, "0"), "hex");
}

export const MAX_UINT64 = 2n ** 64n - 1n;
export const MAX_UINT128 = 2n ** 128n - 1n;
export const MAX_UINT256 = 2n ** 256n - 1n;
export const ZERO_HASH = hexOf(new Uint8Array(32));

/** Deployments of Enigma that vectors name. */
export const DEPLOYMENTS = [
  { name: "local chain", chainId: 31337n, enigma: sampleHex("enigma/local", 20) },
  { name: "largest chain id", chainId: MAX_UINT256, enigma: sampleHex("enigma/largest", 20) },
] as const;

export interface Vector {
  readonly name: string;
  readonly [field: string]: unknown;
}
