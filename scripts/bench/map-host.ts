import type { HostFunctions } from "../../enclave-wasm/runtime/engine/host-functions.ts";

/** Host functions that the bench contract has no use for. */
function unused(): never {
  throw new Error("the benchmark has no such host function");
}

/**
 * The key of a JavaScript map for bytes from `start` to below `end`. In JavaScript alone: calls out of it cost much more for
 * lists that V8 keeps in its own heap than for those in a module's memory, and would be measured in place of engines.
 */
export function mapKey(bytes: Uint8Array, start = 0, end = bytes.length): string {
  let key = "";
  for (let at = start; at < end; at++) key += String.fromCharCode(bytes[at] as number);
  return key;
}

/** A state in a JavaScript map, empty to begin with, and nothing else. */
export function mapHost(): HostFunctions {
  const entries = new Map<string, Uint8Array>();
  return {
    storageGet: (key) => entries.get(mapKey(key)),
    storageSet: (key, value) => void entries.set(mapKey(key), value),
    storageRemove: (key) => void entries.delete(mapKey(key)),
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
    beginCall: unused,
    endCall: unused,
    callEthereum: unused,
    emitEvent: unused,
    emitPrivateEvent: unused,
    debugLog: unused,
  };
}
