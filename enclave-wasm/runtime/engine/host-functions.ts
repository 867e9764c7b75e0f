// The host interface (`contracts/wit`) as the enclave answers it, and its prices.

import type { RunOutcome } from "./run-outcome.ts";

/** Runs `call` of a contract that another has called, in an instance of its own; for once, before `endCall`. */
export type CalledContract = (calldata: Uint8Array, gasLimit: bigint, stackSlots: number) => RunOutcome;

/**
 * The functions of the host interface that need the enclave. Arguments are lifted copies, charged for, and of the lengths
 * that the interface demands. A function that the contract may not use in this way throws `hostTrap`; whatever else one
 * throws ends the run as `node-fault`. `gas-left`, `burn-gas` and `panic` are answered by the engine.
 */
export interface HostFunctions {
  storageGet(key: Uint8Array): Uint8Array | undefined;
  /** Traps in a view, as `storageRemove` does. */
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
  /**
   * A contract calls another (20 bytes). Answers how to run it; from then on every function is asked in its name, until
   * `endCall`. Or answers that nothing runs: ending byte and payload for the caller.
   */
  beginCall(contract: Uint8Array): CalledContract | Uint8Array;
  /** The called contract has ended, other than as `node-fault`. Answers ending byte and payload for the caller. */
  endCall(outcome: RunOutcome): Uint8Array;
  /** Traps in a view and where there are too many effects, as the next two do. */
  callEthereum(required: boolean, target: Uint8Array, value: Uint8Array, calldata: Uint8Array): void;
  emitEvent(topics: Uint8Array, data: Uint8Array): void;
  /** Traps also for a recipient's key of low order. */
  emitPrivateEvent(recipient: Uint8Array, data: Uint8Array): void;
  debugLog(message: Uint8Array): void;
}

/** A parameter: a list of bytes, or the number of bytes that are asked for, with its bounds (both inclusive); or a plain number. */
export type HostParameter =
  | {
      readonly kind: "bytes" | "count";
      readonly least: number;
      readonly most: number;
      /** What a length must be a multiple of. */
      readonly unit: number;
    }
  | { readonly kind: "u32" }
  | { readonly kind: "u64" };

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
  /** Stack slots of a run. */
  readonly stackSlots: number;
  /** Stack slots that a call of another contract takes from what the caller has left; the rest is the called contract's. */
  readonly callSlots: number;
  readonly functions: { readonly [name: string]: HostPrice };
}
