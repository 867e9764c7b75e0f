//! The cryptography of the host interface, computed natively with the algorithms that the enclave uses.

use alloy_primitives::{Address, B256, keccak256};
use blake2::Blake2bMac;
use blake2::digest::consts::U24;
use blake2::digest::{KeyInit, Mac};
use chacha20::ChaCha20;
use chacha20::cipher::{KeyIvInit, StreamCipher};
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use k256::ecdsa::{RecoveryId, Signature, VerifyingKey};
use sha2::{Digest, Sha256};

const NONCE_SIZE: usize = 24;

/// SHA-256.
pub(super) fn sha256(data: &[u8]) -> B256 {
    B256::from_slice(&Sha256::digest(data))
}

/// The keystream of ChaCha20 (RFC 8439), nonce zero, counter zero.
pub(super) fn keystream(key: &B256) -> ChaCha20 {
    ChaCha20::new(&key.0.into(), &[0; 12].into())
}

/// The next bytes of a keystream.
pub(super) fn draw(stream: &mut ChaCha20, length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    stream.apply_keystream(&mut bytes);
    bytes
}

/// The address that signed the hash, unless the signature is malformed or has a high s.
pub(super) fn recover(hash: &B256, signature: &[u8]) -> Option<Address> {
    let (scalars, v) = signature.split_at_checked(64)?;
    let parity = match v {
        [0 | 27] => 0,
        [1 | 28] => 1,
        _ => return None,
    };
    let signature = Signature::from_slice(scalars).ok()?;
    if signature.normalize_s() != signature {
        return None;
    }
    let key = VerifyingKey::recover_from_prehash(hash.as_slice(), &signature, RecoveryId::from_byte(parity)?).ok()?;
    let point = key.to_sec1_point(false);
    Some(Address::from_slice(&keccak256(&point.as_bytes()[1..])[12..]))
}

/// Whether an Ed25519 signature is valid in the strict sense.
pub(super) fn ed25519_verify(public_key: &B256, message: &[u8], signature: &[u8]) -> bool {
    let key = ed25519_dalek::VerifyingKey::from_bytes(&public_key.0);
    let signature = ed25519_dalek::Signature::from_slice(signature);
    matches!((key, signature), (Ok(key), Ok(signature)) if key.verify_strict(message, &signature).is_ok())
}

/// Nonce ‖ ciphertext ‖ tag; the nonce is BLAKE2b-192, keyed with the key, of length of associated data (u64, big-endian)
/// ‖ associated data ‖ plaintext.
pub(super) fn aead_seal(key: &B256, associated_data: &[u8], plaintext: &[u8]) -> Vec<u8> {
    let mut mac = Blake2bMac::<U24>::new_from_slice(key.as_slice()).expect("BLAKE2b takes keys of 32 bytes");
    mac.update(&(associated_data.len() as u64).to_be_bytes());
    mac.update(associated_data);
    mac.update(plaintext);
    let nonce = mac.finalize().into_bytes();
    let payload = Payload {
        msg: plaintext,
        aad: associated_data,
    };
    let sealed = XChaCha20Poly1305::new(&key.0.into()).encrypt(&nonce, payload);
    [
        nonce.as_slice(),
        &sealed.expect("a plaintext in memory is not too long"),
    ]
    .concat()
}

/// What `aead_seal` sealed, or none where it does not authenticate.
pub(super) fn aead_open(key: &B256, associated_data: &[u8], ciphertext: &[u8]) -> Option<Vec<u8>> {
    let (nonce, sealed) = ciphertext.split_at_checked(NONCE_SIZE)?;
    let payload = Payload {
        msg: sealed,
        aad: associated_data,
    };
    XChaCha20Poly1305::new(&key.0.into())
        .decrypt(&XNonce::try_from(nonce).ok()?, payload)
        .ok()
}

/// The X25519 public key of a secret key.
pub(super) fn x25519_public_key(secret_key: &B256) -> B256 {
    let secret = x25519_dalek::StaticSecret::from(secret_key.0);
    B256::new(x25519_dalek::PublicKey::from(&secret).to_bytes())
}

/// The X25519 shared secret, or none where it is all zeros.
pub(super) fn x25519_shared_secret(secret_key: &B256, public_key: &B256) -> Option<B256> {
    let secret = x25519_dalek::StaticSecret::from(secret_key.0);
    let shared = secret.diffie_hellman(&x25519_dalek::PublicKey::from(public_key.0));
    shared.was_contributory().then(|| B256::new(shared.to_bytes()))
}
