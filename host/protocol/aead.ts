/**
 * Authenticated encryption of padded plaintexts: XChaCha20-Poly1305 (IETF construction), laid out as
 * nonce(24) ‖ ciphertext ‖ tag(16).
 *
 * The nonce is not drawn but derived: BLAKE2b-192, keyed with the AEAD key, over associated data ‖ padded plaintext.
 * Executing a task again therefore repeats its bytes, which lets anyone with an enclave check a receipt; and a nonce
 * meets another plaintext only if BLAKE2b collides. What an observer learns is whether the same plaintext was
 * encrypted twice for the same item of the same task, which a repeated execution shows anyway.
 */
import { concatBytes } from "./bytes.ts";
import { EnigmaError } from "./errors/enigma-error.ts";
import { pad, unpad } from "./padding.ts";
import { sodium } from "./sodium.ts";

const AEAD_NONCE_BYTES = 24;
const AEAD_TAG_BYTES = 16;
/** What encryption adds to a padded plaintext. */
export const AEAD_OVERHEAD = AEAD_NONCE_BYTES + AEAD_TAG_BYTES;

/** Pads and encrypts. The same arguments give the same bytes. */
export function seal(key: Uint8Array, associatedData: Uint8Array, plaintext: Uint8Array): Uint8Array {
  const padded = pad(plaintext);
  const nonce = syntheticNonce(key, associatedData, padded);
  const ciphertext = sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(padded, associatedData, null, nonce, key);
  return concatBytes(nonce, ciphertext);
}

/** Authenticates, decrypts and unpads. @throws `bad-ciphertext` */
export function open(key: Uint8Array, associatedData: Uint8Array, sealed: Uint8Array): Uint8Array {
  if (sealed.length < AEAD_OVERHEAD) throw new EnigmaError("bad-ciphertext");
  const nonce = sealed.subarray(0, AEAD_NONCE_BYTES);
  return unpad(decrypt(key, associatedData, nonce, sealed.subarray(AEAD_NONCE_BYTES)));
}

/** BLAKE2b-192 keyed with the AEAD key over associated data ‖ padded plaintext. */
function syntheticNonce(key: Uint8Array, associatedData: Uint8Array, padded: Uint8Array): Uint8Array {
  return sodium.crypto_generichash(AEAD_NONCE_BYTES, concatBytes(associatedData, padded), key);
}

function decrypt(key: Uint8Array, associatedData: Uint8Array, nonce: Uint8Array, ciphertext: Uint8Array): Uint8Array {
  try {
    return sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(null, ciphertext, associatedData, nonce, key);
  } catch {
    throw new EnigmaError("bad-ciphertext");
  }
}
