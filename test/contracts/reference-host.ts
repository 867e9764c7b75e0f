// The host interface with real cryptography from other libraries than the enclave's and the mock's.

import { createCipheriv, createHash } from "node:crypto";
import { getBytes, keccak256, recoverAddress, Signature } from "ethers";
import sodium from "libsodium-wrappers";
import type { HostFunctions } from "../../enclave-wasm/runtime/engine/host-functions.ts";

/** The task that the host shows to the contract. */
export interface Task {
  readonly sender: string;
  readonly selfAddress: string;
  readonly taskId: string;
  readonly epoch: number;
  readonly blockNumber: number;
  readonly timestamp: number;
  readonly seed: string;
}

const SECP256K1_HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n;
const NONCE_BYTES = 24;
const CALL_REFUSED = 10;

/**
 * A host for one task of a contract that is alone: its calls are refused, and what it leaves for Ethereum is dropped.
 * `store` is written as the contract writes it; hex stands for bytes.
 */
export async function referenceHost(task: Task, store: Map<string, string>, logs: string[]): Promise<HostFunctions> {
  await sodium.ready;
  // ChaCha20 with counter and nonce zero, as RFC 8439.
  const stream = createCipheriv("chacha20", getBytes(task.seed), new Uint8Array(16));
  const keys = () => [...store.keys()].toSorted();
  return {
    storageGet: (key) => optional(store.get(hex(key))),
    storageSet: (key, value) => void store.set(hex(key), hex(value)),
    storageRemove: (key) => void store.delete(hex(key)),
    storageNextKey: (key) => optional(keys().find((known) => known > hex(key))),
    sender: () => getBytes(task.sender),
    selfAddress: () => getBytes(task.selfAddress),
    taskId: () => getBytes(task.taskId),
    epoch: () => BigInt(task.epoch),
    blockNumber: () => BigInt(task.blockNumber),
    blockTimestamp: () => BigInt(task.timestamp),
    random: (length) => new Uint8Array(stream.update(new Uint8Array(length))),
    keccak256: (data) => getBytes(keccak256(data)),
    sha256: (data) => new Uint8Array(createHash("sha256").update(data).digest()),
    secp256k1Recover: recover,
    ed25519Verify: (key, message, signature) => Number(sodium.crypto_sign_verify_detached(signature, message, key)),
    aeadSeal: seal,
    aeadOpen: open,
    x25519PublicKey: (secretKey) => sodium.crypto_scalarmult_base(secretKey),
    x25519SharedSecret: (secretKey, publicKey) => unlessThrown(() => sodium.crypto_scalarmult(secretKey, publicKey)),
    beginCall: () => Uint8Array.of(CALL_REFUSED, ...Buffer.from("undeclared")),
    endCall: () => new Uint8Array(),
    callEthereum: () => undefined,
    emitEvent: () => undefined,
    emitPrivateEvent: () => undefined,
    debugLog: (message) => void logs.push(Buffer.from(message).toString("utf8")),
  };
}

/** Lower-case hex without a prefix. */
export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

function optional(text: string | undefined): Uint8Array | undefined {
  return text === undefined ? undefined : new Uint8Array(Buffer.from(text, "hex"));
}

/** Libraries throw where the interface answers none. */
function unlessThrown<T>(compute: () => T): T | undefined {
  try {
    return compute();
  } catch {
    return undefined;
  }
}

function recover(hash: Uint8Array, signature: Uint8Array): Uint8Array | undefined {
  const [r, s, v] = [signature.slice(0, 32), signature.slice(32, 64), signature[64] ?? 255];
  if (![0, 1, 27, 28].includes(v) || BigInt(`0x${hex(s)}`) > SECP256K1_HALF_ORDER) return undefined;
  const parts = { r: `0x${hex(r)}`, s: `0x${hex(s)}`, yParity: (v % 27) as 0 | 1 };
  return unlessThrown(() => getBytes(recoverAddress(hash, Signature.from(parts))));
}

function seal(key: Uint8Array, associatedData: Uint8Array, plaintext: Uint8Array): Uint8Array {
  const length = Buffer.alloc(8);
  length.writeBigUInt64BE(BigInt(associatedData.length));
  const nonce = sodium.crypto_generichash(NONCE_BYTES, Buffer.concat([length, associatedData, plaintext]), key);
  const sealed = sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(plaintext, associatedData, null, nonce, key);
  return new Uint8Array(Buffer.concat([nonce, sealed]));
}

function open(key: Uint8Array, associatedData: Uint8Array, ciphertext: Uint8Array): Uint8Array | undefined {
  const [nonce, sealed] = [ciphertext.slice(0, NONCE_BYTES), ciphertext.slice(NONCE_BYTES)];
  return unlessThrown(() =>
    sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(null, sealed, associatedData, nonce, key),
  );
}
