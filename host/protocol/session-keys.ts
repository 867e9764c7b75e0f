/**
 * Keys between one user and one contract for one task: libsodium's `crypto_kx`, the user as the client, the contract's
 * input/output key of the epoch as the server. BLAKE2b-512 over the X25519 shared secret and both public keys gives
 * one key for each direction.
 */
import { EnigmaError } from "./errors/enigma-error.ts";
import { sodium } from "./sodium.ts";

export interface UserKeyPair {
  readonly publicKey: Uint8Array;
  readonly secretKey: Uint8Array;
}

export interface SessionKeys {
  /** Encrypts what the user sends. */
  readonly input: Uint8Array;
  /** Encrypts what the contract answers. */
  readonly output: Uint8Array;
}

/** The X25519 key pair of 32 random bytes. One for each task: it is what keeps two tasks' keys apart. */
export function userKeyPair(secretKey: Uint8Array): UserKeyPair {
  return { publicKey: sodium.crypto_scalarmult_base(secretKey), secretKey };
}

/** The user's side. @throws `unusable-key` if the contract's key is of low order. */
export function userSessionKeys(user: UserKeyPair, contractKey: Uint8Array): SessionKeys {
  const keys = exchange(() => sodium.crypto_kx_client_session_keys(user.publicKey, user.secretKey, contractKey));
  return { input: keys.sharedTx, output: keys.sharedRx };
}

/** The contract's side, as an enclave computes it. @throws `unusable-key` if the user's key is of low order. */
export function contractSessionKeys(contract: UserKeyPair, userKey: Uint8Array): SessionKeys {
  const keys = exchange(() => sodium.crypto_kx_server_session_keys(contract.publicKey, contract.secretKey, userKey));
  return { input: keys.sharedRx, output: keys.sharedTx };
}

function exchange(agree: () => { sharedRx: Uint8Array; sharedTx: Uint8Array }): {
  sharedRx: Uint8Array;
  sharedTx: Uint8Array;
} {
  try {
    return agree();
  } catch {
    throw new EnigmaError("unusable-key");
  }
}
