//! P-256 keys that follow from a seed, with deterministic signatures (RFC 6979): the same input gives the same bytes in
//! every run. s is not normalised: as with Intel's signatures, high and low values both occur.

use enigma_attestation::quote::EnclaveReport;
use p256::ecdsa::{Signature, SigningKey as EcdsaKey, signature::Signer};
use sha2::{Digest, Sha256};

use crate::{error::PlatformError, fuses::derive};

pub struct SigningKey(EcdsaKey);

impl SigningKey {
    /// The key named `label` of `seed`. A candidate outside the group's order (probability 2^-32) is passed over.
    pub fn derive(seed: &[u8], label: &[u8]) -> Result<Self, PlatformError> {
        (0..=u8::MAX)
            .find_map(|attempt| {
                let candidate = derive::<32>(seed, &[label, &[attempt]]).ok()?;
                EcdsaKey::from_slice(candidate.as_slice()).ok()
            })
            .map(Self)
            .ok_or(PlatformError::Internal)
    }

    /// SEC 1 uncompressed point: 0x04 ‖ x ‖ y.
    pub fn point(&self) -> Vec<u8> {
        self.0.verifying_key().to_sec1_point(false).as_bytes().to_vec()
    }

    /// x ‖ y, as quotes carry public keys.
    pub fn raw_public_key(&self) -> Result<[u8; 64], PlatformError> {
        self.point()
            .get(1..)
            .and_then(|point| point.try_into().ok())
            .ok_or(PlatformError::Internal)
    }

    /// RFC 5280 key identifier, method 1 with SHA-256 cut to 20 bytes (RFC 7093).
    pub fn identifier(&self) -> Vec<u8> {
        Sha256::digest(self.point()).into_iter().take(20).collect()
    }

    /// r ‖ s over SHA-256 of `message`.
    pub fn sign_raw(&self, message: &[u8]) -> Result<[u8; 64], PlatformError> {
        self.sign(message)
            .to_bytes()
            .as_slice()
            .try_into()
            .map_err(|_| PlatformError::Internal)
    }

    /// DER `Ecdsa-Sig-Value` over SHA-256 of `message`.
    pub fn sign_der(&self, message: &[u8]) -> Vec<u8> {
        self.sign(message).to_der().as_bytes().to_vec()
    }

    /// r ‖ s over a serialised report.
    pub fn sign_report(&self, report: &EnclaveReport) -> Result<[u8; 64], PlatformError> {
        self.sign_raw(&report.to_bytes())
    }

    fn sign(&self, message: &[u8]) -> Signature {
        self.0.sign(message)
    }
}
