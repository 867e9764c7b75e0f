//! Cryptography that the enclave does for a contract, since WebAssembly is slow at it.

use crate::host::{Host, host};
use alloy_primitives::{Address, B256};

/// Bytes of a recoverable secp256k1 signature.
const SECP256K1_SIGNATURE: usize = 65;
/// Bytes of an Ed25519 signature.
const ED25519_SIGNATURE: usize = 64;

/// Keccak-256, as Ethereum uses it.
pub fn keccak256(data: impl AsRef<[u8]>) -> B256 {
    host().keccak256(data.as_ref())
}

/// SHA-256 (FIPS 180-4).
pub fn sha256(data: impl AsRef<[u8]>) -> B256 {
    host().sha256(data.as_ref())
}

/// The Ethereum address that signed the hash; `signature` is r (32) ‖ s (32) ‖ v (1: 0, 1, 27 or 28).
/// None for a signature that is malformed or of another length, has a high s, or recovers no key.
pub fn secp256k1_recover(hash: &B256, signature: &[u8]) -> Option<Address> {
    // The enclave traps on another length, which is no way to tell a contract that its user sent a bad signature.
    if signature.len() != SECP256K1_SIGNATURE {
        return None;
    }
    host().secp256k1_recover(hash, signature)
}

/// Whether the 64-byte signature of the message by this public key is valid (RFC 8032, strict); false for another length.
pub fn ed25519_verify(public_key: &B256, message: &[u8], signature: &[u8]) -> bool {
    signature.len() == ED25519_SIGNATURE && host().ed25519_verify(public_key, message, signature)
}

/// Encrypts with XChaCha20-Poly1305: nonce (24) ‖ ciphertext ‖ tag (16). The nonce is derived from key, associated data
/// and plaintext: the same three give the same bytes, any others another nonce.
pub fn aead_seal(key: &B256, associated_data: &[u8], plaintext: &[u8]) -> Vec<u8> {
    host().aead_seal(key, associated_data, plaintext)
}

/// Decrypts what [`aead_seal`] made, or none where it does not authenticate.
pub fn aead_open(key: &B256, associated_data: &[u8], ciphertext: &[u8]) -> Option<Vec<u8>> {
    host().aead_open(key, associated_data, ciphertext)
}

/// The X25519 public key of a secret key (RFC 7748).
pub fn x25519_public_key(secret_key: &B256) -> B256 {
    host().x25519_public_key(secret_key)
}

/// The X25519 shared secret, or none where it is all zeros.
pub fn x25519_shared_secret(secret_key: &B256, public_key: &B256) -> Option<B256> {
    host().x25519_shared_secret(secret_key, public_key)
}
