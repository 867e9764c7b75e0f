//! secp256k1 signatures as Ethereum takes them: r ‖ s ‖ v, low s, deterministic nonces (RFC 6979), v 27 or 28.

use k256::ecdsa::{RecoveryId, Signature, SigningKey, VerifyingKey};

use super::{keccak::keccak256, secret::Secret};
use crate::format::bytes::{Address, Hash};

/// Length of a signature in bytes.
pub const SIGNATURE_LENGTH: usize = 65;

/// Why a signing key or a signature is not usable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SigningError {
    /// The secret is zero or not below the order of the curve.
    SecretOutOfRange,
    /// The signature could not be made; no input of ours leads here.
    NotSigned,
}

/// An enclave's signing key.
pub struct Signer {
    key: SigningKey,
    address: Address,
}

impl Signer {
    /// # Errors
    /// [`SigningError::SecretOutOfRange`] with a chance of 2^-128 for random bytes: draw again.
    pub fn new(secret: &Secret) -> Result<Self, SigningError> {
        let key = SigningKey::from_slice(secret.expose()).map_err(|_| SigningError::SecretOutOfRange)?;
        let address = address_of(key.verifying_key());
        Ok(Self { key, address })
    }

    /// The Ethereum address of the key.
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// Signs a 32-byte digest.
    ///
    /// # Errors
    /// [`SigningError::NotSigned`], which no digest is known to cause.
    pub fn sign(&self, digest: &Hash) -> Result<[u8; SIGNATURE_LENGTH], SigningError> {
        let (signature, recovery) = self.key.sign_prehash_recoverable(digest);
        let (signature, recovery) = match signature.normalize_s() {
            low if low == signature => (signature, recovery),
            low => (low, RecoveryId::new(!recovery.is_y_odd(), recovery.is_x_reduced())),
        };
        if recovery.is_x_reduced() {
            return Err(SigningError::NotSigned);
        }
        let mut bytes = [27u8.saturating_add(u8::from(recovery.is_y_odd())); SIGNATURE_LENGTH];
        bytes
            .iter_mut()
            .zip(signature.to_bytes().iter())
            .for_each(|(to, from)| *to = *from);
        Ok(bytes)
    }
}

/// The address that signed `digest`, or none for a signature that is malformed, has a high s, or recovers no key. v may be
/// 0, 1, 27 or 28.
pub fn recover(digest: &Hash, signature: &[u8]) -> Option<Address> {
    let (compact, v) = match signature.split_first_chunk::<64>() {
        Some((compact, [v])) => (compact, *v),
        _ => return None,
    };
    let recovery = match v {
        0 | 27 => RecoveryId::new(false, false),
        1 | 28 => RecoveryId::new(true, false),
        _ => return None,
    };
    let signature = Signature::from_slice(compact).ok()?;
    if signature.normalize_s() != signature {
        return None;
    }
    VerifyingKey::recover_from_prehash(digest, &signature, recovery)
        .ok()
        .map(|key| address_of(&key))
}

fn address_of(key: &VerifyingKey) -> Address {
    let point = key.to_sec1_point(false);
    let hash = keccak256(point.as_bytes().get(1..).unwrap_or_default());
    let mut address = [0u8; 20];
    address
        .iter_mut()
        .zip(hash.iter().skip(12))
        .for_each(|(to, from)| *to = *from);
    address
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn signer() -> Signer {
        // The first account of the mnemonic that Ethereum development chains share.
        let secret = hex::decode("ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80").unwrap();
        Signer::new(&Secret::take_vec(secret).unwrap()).ok().unwrap()
    }

    #[test]
    fn derives_the_ethereum_address() {
        assert_eq!(
            hex::encode(signer().address()),
            "f39fd6e51aad88f6f4ce6ab8827279cfffb92266"
        );
    }

    #[test]
    fn refuses_secrets_out_of_range() {
        assert!(Signer::new(&Secret::take(&mut [0; 32])).is_err());
        assert!(Signer::new(&Secret::take(&mut [255; 32])).is_err());
    }

    proptest! {
        #[test]
        fn signs_with_low_s_and_recovers(digest in any::<[u8; 32]>()) {
            let signature = signer().sign(&digest).unwrap();
            prop_assert!(signature[32] < 0x80 && [27, 28].contains(&signature[64]));
            prop_assert_eq!(recover(&digest, &signature), Some(*signer().address()));
            prop_assert_eq!(signature, signer().sign(&digest).unwrap());
        }

        #[test]
        fn recovers_nothing_from_other_lengths(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            prop_assert_eq!(recover(&[1; 32], &bytes), None);
        }
    }
}
