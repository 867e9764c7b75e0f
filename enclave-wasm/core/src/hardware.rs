//! What the processor gives an enclave. Simulated here, an instruction set there.

use crate::{crypto::secret::Secret, format::bytes::Hash};

/// Who the processor says this enclave is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Identity {
    pub mr_enclave: Hash,
    pub mr_signer: Hash,
    pub isv_prod_id: u16,
    pub isv_svn: u16,
    pub debug: bool,
}

/// Which enclaves can derive the same sealing key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SealPolicy {
    /// This measurement only.
    MrEnclave = 1,
    /// Every enclave of the same signer and product with at least the SVN.
    MrSigner = 2,
}

/// The processor could not answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HardwareError {
    /// Its own stable code, `platform-…`.
    pub code: String,
}

/// The processor, as this enclave sees it.
pub trait Hardware {
    fn identity(&self) -> Identity;
    /// A DCAP quote, version 3, over the report data.
    fn quote(&mut self, report_data: &[u8; 64]) -> Result<Vec<u8>, HardwareError>;
    /// What a verifier of such quotes needs, as CBOR of `enigma_attestation`'s `Collateral`.
    fn collateral(&mut self) -> Result<Vec<u8>, HardwareError>;
    /// The sealing key of this platform for the policy, SVN and key id.
    fn seal_key(&mut self, policy: SealPolicy, svn: u16, key_id: &Hash) -> Result<Secret, HardwareError>;
    /// The monotonic counter; 0 before it was ever moved.
    fn counter_read(&mut self) -> Result<u64, HardwareError>;
    /// Moves the counter by one, durably, and returns its new value.
    fn counter_increment(&mut self) -> Result<u64, HardwareError>;
    /// 32 fresh random bytes.
    fn random(&mut self) -> Result<Secret, HardwareError>;
}
