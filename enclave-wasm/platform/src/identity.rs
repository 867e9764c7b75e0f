//! Who an enclave is, as the processor knows it after measuring it and reading its signature structure.

use sha2::{Digest, Sha256};

/// What the processor binds quotes, sealing keys and counters to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    pub mr_enclave: [u8; 32],
    pub mr_signer: [u8; 32],
    pub isv_prod_id: u16,
    pub isv_svn: u16,
    pub debug: bool,
}

/// Which enclaves get the same sealing key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SealPolicy {
    /// The same measurement only.
    MrEnclave,
    /// The same product of the same author, so that a newer version can read what an older one sealed.
    MrSigner,
}

impl Identity {
    /// The monotonic counter of this enclave. It belongs to author, product and debug attribute, not to the measurement: a
    /// newer version goes on counting where the older one stopped, and so refuses the older one's outdated blobs.
    #[must_use]
    pub fn counter_id(&self) -> [u8; 32] {
        Sha256::new()
            .chain_update(b"enigma/simulated-processor/v1/counter")
            .chain_update(self.mr_signer)
            .chain_update(self.isv_prod_id.to_be_bytes())
            .chain_update([u8::from(self.debug)])
            .finalize()
            .into()
    }
}
