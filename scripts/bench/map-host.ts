import type { HostFunctions } from "../../enclave-wasm/runtime/engine/host-functions.ts";

/** Host functions that the bench contract has no use for. */
function unused(): never {
  throw new Error("the benchmark has no such host function");
}

/** A key of a JavaScript map, from a range of bytes. */
export function mapKey(buffer: ArrayBufferLike, start: number, length: number): string {
  return Buffer.from(buffer as ArrayBuffer, start, length).latin1Slice(0, length);
}

const keyOf = (key: Uint8Array): string => mapKey(key.buffer, key.byteOffset, key.byteLength);

/** A state in a JavaScript map, empty to begin with, and nothing else. */
export function mapHost(): HostFunctions {
  const entries = new Map<string, Uint8Array>();
  return {
    storageGet: (key) => entries.get(keyOf(key)),
    storageSet: (key, value) => void entries.set(keyOf(key), value),
    storageRemove: (key) => void entries.delete(keyOf(key)),
    storageNextKey: unused,
    sender: unused,
    selfAddress: unused,
    taskId: unused,
    epoch: unused,
    blockNumber: unused,
    blockTimestamp: unused,
    random: unused,
    keccak256: unused,
    sha256: unused,
    secp256k1Recover: unused,
    ed25519Verify: unused,
    aeadSeal: unused,
    aeadOpen: unused,
    x25519PublicKey: unused,
    x25519SharedSecret: unused,
    debugLog: unused,
  };
}
