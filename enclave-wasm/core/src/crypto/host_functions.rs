//! The cryptography that secret contracts ask of the enclave, in the form of the WIT interface.

use ed25519_dalek::{Signature, VerifyingKey};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::{aead, secret::Secret, session_keys, signing};

/// SHA-256 (FIPS 180-4).
pub fn sha256(data: &[u8]) -> [u8; 32] {
    Sha256::digest(data).into()
}

/// The address that signed `hash`; see [`signing::recover`]. None also for a hash that is not 32 bytes long.
pub fn secp256k1_recover(hash: &[u8], signature: &[u8]) -> Option<Vec<u8>> {
    signing::recover(&hash.try_into().ok()?, signature).map(|address| address.to_vec())
}

/// Whether the signature is valid by RFC 8032 with the strict checks (no small-order or non-canonical points).
pub fn ed25519_verify(public_key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    let valid = || {
        let key = VerifyingKey::from_bytes(public_key.try_into().ok()?).ok()?;
        key.verify_strict(message, &Signature::from_slice(signature).ok()?).ok()
    };
    valid().is_some()
}

/// nonce ‖ ciphertext ‖ tag with a synthetic nonce, see [`aead::seal_delimited`]; none for a key that is not 32 bytes long.
pub fn aead_seal(key: &[u8], associated_data: &[u8], plaintext: &[u8]) -> Option<Vec<u8>> {
    Some(aead::seal_delimited(&secret(key)?, associated_data, plaintext))
}

/// What [`aead_seal`] made, or none where it does not authenticate.
pub fn aead_open(key: &[u8], associated_data: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
    aead::open(&secret(key)?, associated_data, sealed)
        .ok()
        .map(|mut text| std::mem::take(&mut *text))
}

/// The X25519 public key of a 32-byte secret key.
pub fn x25519_public_key(secret_key: &[u8]) -> Option<Vec<u8>> {
    Some(session_keys::public_key(&secret(secret_key)?).to_vec())
}

/// The X25519 shared secret, or none where it is all zeros.
pub fn x25519_shared_secret(secret_key: &[u8], public_key: &[u8]) -> Option<Vec<u8>> {
    let shared = session_keys::shared_secret(&secret(secret_key)?, public_key.try_into().ok()?).ok()?;
    Some(shared.expose().to_vec())
}

fn secret(bytes: &[u8]) -> Option<Secret> {
    let mut copy = Zeroizing::new(<[u8; 32]>::try_from(bytes).ok()?);
    Some(Secret::take(&mut copy))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sha256_of_abc_is_fips_180_4() {
        assert_eq!(
            hex::encode(sha256(b"abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }

    #[test]
    fn ed25519_rfc_8032_section_7_1_test_1() {
        let key = hex::decode("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a").unwrap();
        let signature = hex::decode("e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b").unwrap();
        assert!(ed25519_verify(&key, b"", &signature));
        assert!(!ed25519_verify(&key, b"x", &signature));
        assert!(!ed25519_verify(&key[1..], b"", &signature));
    }

    /// What contracts get from the mock of their SDK: `test/vectors/contracts/probe.json`.
    #[test]
    fn seals_to_the_bytes_of_the_contracts_vector() {
        let key = hex::decode("be609aee343fb3c4b28e1df9e632fca64fcfaede20f02e86244efddf30957bd2").unwrap();
        assert_eq!(
            hex::encode(aead_seal(&key, b"header", b"text").unwrap()),
            "9c0a364301d54e19abee4ff089a8b0b2a550f409843c656b1d584c1aee9c29569283ba576a37e666dccae7a2"
        );
    }

    #[test]
    fn sealing_round_trips_and_wrong_lengths_give_none() {
        let sealed = aead_seal(&[1; 32], b"a", b"secret").unwrap();
        assert_eq!(aead_open(&[1; 32], b"a", &sealed).unwrap(), b"secret");
        assert_eq!(aead_open(&[1; 32], b"b", &sealed), None);
        assert_eq!(aead_seal(&[1; 31], b"a", b""), None);
        assert_eq!(x25519_shared_secret(&[1; 32], &[0; 32]), None);
    }
}
