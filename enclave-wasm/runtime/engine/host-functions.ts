// The host interface (`contracts/wit`) as the enclave answers it, and its prices.

/**
 * The functions of the host interface that need the enclave. Arguments are lifted copies, charged for, and of the lengths
 * that the interface demands, so none can fail for a reason that lies in the contract: whatever a function throws ends
 * the run as `node-fault`. `gas-left` and `panic` are answered by the engine.
 */
export interface HostFunctions {
  storageGet(key: Uint8Array): Uint8Array | undefined;
  storageSet(key: Uint8Array, value: Uint8Array): void;
  storageRemove(key: Uint8Array): void;
  storageNextKey(key: Uint8Array): Uint8Array | undefined;
  /** 20 bytes. */
  sender(): Uint8Array;
  /** 20 bytes. */
  selfAddress(): Uint8Array;
  /** 32 bytes. */
  taskId(): Uint8Array;
  epoch(): bigint;
  blockNumber(): bigint;
  /** Seconds since 1970. */
  blockTimestamp(): bigint;
  random(length: number): Uint8Array;
  keccak256(data: Uint8Array): Uint8Array;
  sha256(data: Uint8Array): Uint8Array;
  secp256k1Recover(hash: Uint8Array, signature: Uint8Array): Uint8Array | undefined;
  /** 1 or 0. */
  ed25519Verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): number;
  aeadSeal(key: Uint8Array, associatedData: Uint8Array, plaintext: Uint8Array): Uint8Array;
  aeadOpen(key: Uint8Array, associatedData: Uint8Array, ciphertext: Uint8Array): Uint8Array | undefined;
  x25519PublicKey(secretKey: Uint8Array): Uint8Array;
  x25519SharedSecret(secretKey: Uint8Array, publicKey: Uint8Array): Uint8Array | undefined;
  debugLog(message: Uint8Array): void;
}

/** A parameter: a list of bytes, or the number of bytes that are asked for; its bounds, both inclusive. */
export interface HostParameter {
  readonly kind: "bytes" | "count";
  readonly least: number;
  readonly most: number;
}

/** One host function: gas of a call, of each byte in and out, and its parameters. */
export interface HostPrice {
  readonly base: number;
  readonly byteIn: number;
  readonly byteOut: number;
  readonly params: readonly HostParameter[];
  readonly result: "nothing" | "u32" | "u64" | "bytes" | "optional-bytes";
}

/** What `PriceSchedule::host_json` of the metering crate writes: interface and prices of one version of the rules. */
export interface HostPrices {
  readonly rules: number;
  /** Gas of each page (64 KiB) of memory that an instance starts with. */
  readonly memoryPage: number;
  /** Gas of each byte that an entry point returns. */
  readonly outputByte: number;
  readonly functions: { readonly [name: string]: HostPrice };
}
