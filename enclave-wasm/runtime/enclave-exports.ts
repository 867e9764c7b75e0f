// What the enclave's WebAssembly package exports, as its JavaScript glue offers it (`enclave/src/lib.rs`, `host_calls.rs`).

import type { RunOutcome } from "./engine/run-outcome.ts";

/** The raw exports that `initSync` returns; of these only the memory is used. */
export interface RawExports {
  readonly memory: WebAssembly.Memory;
}

/** The package `enclave/enclave.js`. */
export interface EnclaveExports {
  initSync(options: { module: BufferSource | WebAssembly.Module }): RawExports;
  /** Starts the enclave; `hardware` as in `platform/hardware`, `engine` a `ModuleCache`. */
  start(hardware: unknown, engine: unknown): void;
  /** Answers one frame. */
  answer(frame: Uint8Array): Uint8Array;
  hostPrices(rules: number): string | undefined;

  exchangeAddress(): number;
  exchangeLength(): number;
  /** Length of what was found, -1 for none, -2 when misused. */
  storageGet(keyLength: number): number;
  storageNextKey(keyLength: number): number;
  /** 0 when done, -2 when misused, above zero the number of a trap. */
  storageSet(keyLength: number, valueLength: number): number;
  storageRemove(keyLength: number): number;

  sender(): Uint8Array;
  selfAddress(): Uint8Array;
  taskId(): Uint8Array;
  epoch(): bigint;
  blockNumber(): bigint;
  blockTimestamp(): bigint;
  random(length: number): Uint8Array;
  keccak256(data: Uint8Array): Uint8Array;
  sha256(data: Uint8Array): Uint8Array;
  secp256k1Recover(hash: Uint8Array, signature: Uint8Array): Uint8Array | undefined;
  ed25519Verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): number;
  aeadSeal(key: Uint8Array, associatedData: Uint8Array, plaintext: Uint8Array): Uint8Array;
  aeadOpen(key: Uint8Array, associatedData: Uint8Array, ciphertext: Uint8Array): Uint8Array | undefined;
  x25519PublicKey(secretKey: Uint8Array): Uint8Array;
  x25519SharedSecret(secretKey: Uint8Array, publicKey: Uint8Array): Uint8Array | undefined;
  /** 0 ‖ number of the module (u32, big-endian) to run it, or 1 ‖ the answer for the caller. */
  beginCall(contract: Uint8Array): Uint8Array;
  endCall(outcome: RunOutcome): Uint8Array;
  /** 0 when done, above zero the number of a trap; so for all three. */
  callEthereum(required: boolean, target: Uint8Array, value: Uint8Array, calldata: Uint8Array): number;
  emitEvent(topics: Uint8Array, data: Uint8Array): number;
  emitPrivateEvent(recipient: Uint8Array, data: Uint8Array): number;
  debugLog(message: Uint8Array): void;
}
