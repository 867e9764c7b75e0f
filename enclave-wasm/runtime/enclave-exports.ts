// What the enclave's WebAssembly package exports, as its JavaScript glue offers it (`enclave/src/lib.rs`, `host_calls.rs`).

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
  /** Length of what was found, -1 for none, -2 when misused; so for all four. */
  storageGet(keyLength: number): number;
  storageNextKey(keyLength: number): number;
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
  debugLog(message: Uint8Array): void;
}
