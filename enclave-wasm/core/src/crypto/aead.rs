//! XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha) with a synthetic nonce.
//!
//! The nonce is BLAKE2b-192 keyed with the AEAD key over `associated data ‖ padded plaintext`. Sealing the same thing twice
//! gives the same bytes, which is what lets another enclave reproduce a receipt; two different plaintexts never meet
//! under one nonce, because the nonce is a pseudo-random function of them. What equal ciphertexts reveal is that the
//! same plaintext was sealed under the same task and item, which is a re-execution.
//!
//! The two are told apart because associated data of the protocol has one length for each key. Contracts choose theirs freely,
//! so for them its length goes in first: [`seal_delimited`].

use blake2::{
    Blake2bMac,
    digest::{FixedOutput, Update, consts::U24},
};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use zeroize::Zeroizing;

use super::{padding, secret::Secret};

/// Bytes that sealing adds: nonce (24) and tag (16).
pub const OVERHEAD: usize = 40;
const NONCE_LENGTH: usize = 24;

/// The bytes do not authenticate under this key and associated data, or the padding inside is malformed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenError;

/// nonce(24) ‖ ciphertext ‖ tag(16) of `plaintext` as it is, unpadded.
pub fn seal(key: &Secret, associated_data: &[u8], plaintext: &[u8]) -> Vec<u8> {
    seal_under(
        key,
        synthetic_nonce(key, &[associated_data, plaintext]),
        associated_data,
        plaintext,
    )
}

/// [`seal`] for associated data of any length: the nonce is over `u64 BE length of associated data ‖ associated data ‖ plaintext`,
/// so that bytes moved from the one to the other give another nonce instead of another plaintext under the same one.
pub fn seal_delimited(key: &Secret, associated_data: &[u8], plaintext: &[u8]) -> Vec<u8> {
    let length = (associated_data.len() as u64).to_be_bytes();
    seal_under(
        key,
        synthetic_nonce(key, &[&length, associated_data, plaintext]),
        associated_data,
        plaintext,
    )
}

fn seal_under(key: &Secret, nonce: Option<XNonce>, associated_data: &[u8], plaintext: &[u8]) -> Vec<u8> {
    // Neither step can fail here: the key fits BLAKE2b, and encryption fails only beyond 256 GiB. Nothing opens an empty result.
    let Some(nonce) = nonce else {
        return Vec::new();
    };
    let cipher = XChaCha20Poly1305::new(key.expose().into());
    let payload = Payload {
        msg: plaintext,
        aad: associated_data,
    };
    let Ok(ciphertext) = cipher.encrypt(&nonce, payload) else {
        return Vec::new();
    };
    let mut sealed = Vec::with_capacity(NONCE_LENGTH.saturating_add(ciphertext.len()));
    sealed.extend_from_slice(&nonce);
    sealed.extend_from_slice(&ciphertext);
    sealed
}

/// What was sealed.
///
/// # Errors
/// [`OpenError`] when the bytes do not authenticate.
pub fn open(key: &Secret, associated_data: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    let (nonce, ciphertext) = sealed.split_first_chunk::<NONCE_LENGTH>().ok_or(OpenError)?;
    let payload = Payload {
        msg: ciphertext,
        aad: associated_data,
    };
    let cipher = XChaCha20Poly1305::new(key.expose().into());
    cipher
        .decrypt(&XNonce::from(*nonce), payload)
        .map(Zeroizing::new)
        .map_err(|_| OpenError)
}

/// [`seal`] after padding to a bucket.
pub fn seal_padded(key: &Secret, associated_data: &[u8], plaintext: &[u8]) -> Vec<u8> {
    let padded = Zeroizing::new(padding::pad(plaintext));
    seal(key, associated_data, &padded)
}

/// [`open`], then the padding removed.
///
/// # Errors
/// [`OpenError`] when the bytes do not authenticate or their padding is malformed.
pub fn open_padded(key: &Secret, associated_data: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    let mut padded = open(key, associated_data, sealed)?;
    let length = padding::unpad(&padded).map_err(|_| OpenError)?.len();
    padded.truncate(length);
    Ok(padded)
}

/// As libsodium's `crypto_generichash(24, …, key)`: no salt, no personalisation.
fn synthetic_nonce(key: &Secret, parts: &[&[u8]]) -> Option<XNonce> {
    let mut mac = <Blake2bMac<U24> as KeyInit>::new_from_slice(key.expose()).ok()?;
    parts.iter().for_each(|part| mac.update(part));
    Some(XNonce::from(<[u8; NONCE_LENGTH]>::from(mac.finalize_fixed())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key(byte: u8) -> Secret {
        Secret::take(&mut [byte; 32])
    }

    #[test]
    fn sealing_twice_gives_the_same_bytes_and_any_difference_gives_another_nonce() {
        let sealed = seal_padded(&key(1), b"ad", b"text");
        assert_eq!(sealed, seal_padded(&key(1), b"ad", b"text"));
        assert_eq!(sealed.len(), 64 + OVERHEAD);
        for other in [
            seal_padded(&key(2), b"ad", b"text"),
            seal_padded(&key(1), b"ae", b"text"),
            seal_padded(&key(1), b"ad", b"tex"),
        ] {
            assert_ne!(sealed[..NONCE_LENGTH], other[..NONCE_LENGTH]);
        }
    }

    #[test]
    fn moving_bytes_between_associated_data_and_plaintext_never_repeats_a_delimited_nonce() {
        let nonce = |ad, text| seal_delimited(&key(1), ad, text)[..NONCE_LENGTH].to_vec();
        assert_ne!(nonce(b"ab", b"c"), nonce(b"a", b"bc"));
        assert_ne!(nonce(b"", b"abc"), nonce(b"abc", b""));
        assert_eq!(nonce(b"ab", b"c"), nonce(b"ab", b"c"));
    }

    #[test]
    fn refuses_every_single_bit_flip_other_keys_and_other_associated_data() {
        let sealed = seal_padded(&key(1), b"ad", b"text");
        for bit in 0..sealed.len() * 8 {
            let mut altered = sealed.clone();
            altered[bit / 8] ^= 1 << (bit % 8);
            assert!(open_padded(&key(1), b"ad", &altered).is_err());
        }
        assert!(open_padded(&key(2), b"ad", &sealed).is_err());
        assert!(open_padded(&key(1), b"", &sealed).is_err());
        assert!(open(&key(1), b"ad", &[]).is_err());
    }

    proptest! {
        #[test]
        fn open_inverts_seal(plaintext in proptest::collection::vec(any::<u8>(), 0..600), ad in proptest::collection::vec(any::<u8>(), 0..200)) {
            let padded = open_padded(&key(3), &ad, &seal_padded(&key(3), &ad, &plaintext)).unwrap();
            prop_assert_eq!(&*padded, &plaintext);
            for sealed in [seal(&key(3), &ad, &plaintext), seal_delimited(&key(3), &ad, &plaintext)] {
                prop_assert_eq!(&*open(&key(3), &ad, &sealed).unwrap(), &plaintext);
            }
        }
    }
}
