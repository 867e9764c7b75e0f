//! What an engine asks of the enclave while a contract runs.

/// Which entry point of a contract runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry {
    /// The constructor.
    Deploy,
    /// Any other function, by selector.
    Call,
}

impl Entry {
    /// The name of the module's export.
    pub fn name(self) -> &'static str {
        match self {
            Entry::Deploy => "deploy",
            Entry::Call => "call",
        }
    }
}

/// A host function could not answer. The run ends as a fault of the node and is never a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HostError {
    /// What went wrong, without secrets.
    Fault(String),
}

/// The functions of the host interface that need the enclave, with lifted arguments.
///
/// The engine has charged for the call and checked the lengths of the arguments that [`crate::HOST_FUNCTIONS`] names,
/// so no function can fail for a reason that lies in the contract. `gas-left` and `panic` are the engine's own and are
/// not here.
pub trait HostFunctions {
    /// The value under a key, or none.
    fn storage_get(&mut self, key: &[u8]) -> Result<Option<Vec<u8>>, HostError>;
    /// Stores a value under a key.
    fn storage_set(&mut self, key: &[u8], value: &[u8]) -> Result<(), HostError>;
    /// Removes a key.
    fn storage_remove(&mut self, key: &[u8]) -> Result<(), HostError>;
    /// The smallest key greater than this one, or none.
    fn storage_next_key(&mut self, key: &[u8]) -> Result<Option<Vec<u8>>, HostError>;
    /// The account that ordered the task: 20 bytes.
    fn sender(&mut self) -> Result<Vec<u8>, HostError>;
    /// The secret contract's address: 20 bytes.
    fn self_address(&mut self) -> Result<Vec<u8>, HostError>;
    /// The task's id: 32 bytes.
    fn task_id(&mut self) -> Result<Vec<u8>, HostError>;
    /// The epoch of the task's record.
    fn epoch(&mut self) -> Result<u64, HostError>;
    /// The number of the record's block.
    fn block_number(&mut self) -> Result<u64, HostError>;
    /// The time of the record's block, in seconds since 1970.
    fn block_timestamp(&mut self) -> Result<u64, HostError>;
    /// The next bytes of the task's random stream.
    fn random(&mut self, length: u32) -> Result<Vec<u8>, HostError>;
    /// Keccak-256.
    fn keccak256(&mut self, data: &[u8]) -> Result<Vec<u8>, HostError>;
    /// SHA-256.
    fn sha256(&mut self, data: &[u8]) -> Result<Vec<u8>, HostError>;
    /// The address that signed a hash, or none.
    fn secp256k1_recover(&mut self, hash: &[u8], signature: &[u8]) -> Result<Option<Vec<u8>>, HostError>;
    /// 1 where the signature is valid, else 0.
    fn ed25519_verify(&mut self, public_key: &[u8], message: &[u8], signature: &[u8]) -> Result<u32, HostError>;
    /// XChaCha20-Poly1305 encryption: nonce, ciphertext, tag.
    fn aead_seal(&mut self, key: &[u8], associated_data: &[u8], plaintext: &[u8]) -> Result<Vec<u8>, HostError>;
    /// XChaCha20-Poly1305 decryption, or none.
    fn aead_open(
        &mut self,
        key: &[u8],
        associated_data: &[u8],
        ciphertext: &[u8],
    ) -> Result<Option<Vec<u8>>, HostError>;
    /// The X25519 public key of a secret key.
    fn x25519_public_key(&mut self, secret_key: &[u8]) -> Result<Vec<u8>, HostError>;
    /// The X25519 shared secret, or none where it is all zeros.
    fn x25519_shared_secret(&mut self, secret_key: &[u8], public_key: &[u8]) -> Result<Option<Vec<u8>>, HostError>;
    /// A line for the developer.
    fn debug_log(&mut self, message: &[u8]) -> Result<(), HostError>;
}
