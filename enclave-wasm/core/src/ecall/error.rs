//! What an ecall answers when it refuses: data for the host, with nothing of a secret in it.

use crate::{
    format::{
        abi::AbiError,
        bytes::KeyOwner,
        cbor::{self, CborError},
    },
    hardware::HardwareError,
    sealing::SealError,
};

/// A refused ecall. Nothing was changed, unless the code's documentation says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EcallError {
    /// Stable, kebab-case; see `host/protocol/errors/registry.json`.
    pub code: String,
    /// One sentence.
    pub sentence: String,
    /// CBOR, for codes that carry something.
    pub data: Option<Vec<u8>>,
}

impl EcallError {
    pub fn new(code: &str, sentence: &str) -> Self {
        Self {
            code: code.into(),
            sentence: sentence.into(),
            data: None,
        }
    }

    /// The keys of a contract in an epoch are missing; `data` names both.
    pub fn keys_missing(owner: &KeyOwner, epoch: u64) -> Self {
        #[derive(serde::Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Missing {
            secret_contract: serde_bytes::ByteArray<20>,
            code_hash: serde_bytes::ByteArray<32>,
            epoch: u64,
        }
        let missing = Missing {
            secret_contract: owner.secret_contract.into(),
            code_hash: owner.code_hash.into(),
            epoch,
        };
        let mut error = Self::new(
            "contract-keys-missing",
            "The enclave does not hold the contract's keys of this epoch.",
        );
        error.data = cbor::to_bytes(&missing).ok();
        error
    }
}

impl From<CborError> for EcallError {
    fn from(_: CborError) -> Self {
        Self::new("ecall-malformed", "The body of the ecall is not what this ecall takes.")
    }
}

impl From<AbiError> for EcallError {
    fn from(_: AbiError) -> Self {
        Self::new("record-malformed", "The bytes are not the encoding of a task record.")
    }
}

impl From<HardwareError> for EcallError {
    fn from(error: HardwareError) -> Self {
        Self::new(&error.code, "The platform did not answer.")
    }
}

impl From<SealError> for EcallError {
    fn from(error: SealError) -> Self {
        Self::new(error.code(), "The sealed keys were not opened; nothing was replaced.")
    }
}

impl From<enigma_attestation::error::AttestationError> for EcallError {
    fn from(error: enigma_attestation::error::AttestationError) -> Self {
        Self::new(error.code(), "The quote does not prove what it has to.")
    }
}

impl From<crate::crypto::signing::SigningError> for EcallError {
    fn from(_: crate::crypto::signing::SigningError) -> Self {
        Self::new("signature-failed", "The enclave could not sign; ask again.")
    }
}
