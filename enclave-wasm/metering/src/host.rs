//! What an engine asks of the enclave while a contract runs.

use crate::outcome::{RunOutcome, TrapCode};

/// Which entry point of a contract runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry {
    /// The constructor.
    Deploy,
    /// Any other function, by selector.
    Call,
    /// A function that changes nothing, by selector, outside of any task. A module need not have it: a view of one without
    /// ends reverted with no data and no gas used, on every engine.
    View,
}

impl Entry {
    /// The name of the module's export.
    pub fn name(self) -> &'static str {
        match self {
            Entry::Deploy => "deploy",
            Entry::Call => "call",
            Entry::View => "view",
        }
    }
}

/// Why a host function did not answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HostError {
    /// The node failed: what went wrong, without secrets. The run ends as a fault of the node and is never a result.
    Fault(String),
    /// The contract did what it may not: the run ends with this trap.
    Trap(TrapCode),
}

/// What becomes of a contract's call of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BeginCall {
    /// The module with this number runs; from now on every host function is asked in its name, until
    /// [`HostFunctions::end_call`].
    Run {
        /// The engine's number of the module.
        module: u32,
    },
    /// Nothing runs, and this is the answer: ending byte and payload.
    Refused(Vec<u8>),
}

/// The functions of the host interface that need the enclave, with lifted arguments.
///
/// The engine has charged for the call and checked the lengths of the arguments that [`crate::HOST_FUNCTIONS`] names,
/// so only functions that say so answer [`HostError::Trap`]. `gas-left`, `burn-gas` and `panic` are the engine's own and
/// are not here.
pub trait HostFunctions {
    /// The value under a key, or none.
    fn storage_get(&mut self, key: &[u8]) -> Result<Option<Vec<u8>>, HostError>;
    /// Stores a value under a key; traps in a view.
    fn storage_set(&mut self, key: &[u8], value: &[u8]) -> Result<(), HostError>;
    /// Removes a key; traps in a view.
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
    /// A contract calls another (20 bytes). Where it is run, the engine runs `call` of that module in an instance of its own with
    /// this same host, and then calls [`HostFunctions::end_call`]; but not where the node failed, which fails the whole run.
    fn begin_call(&mut self, contract: &[u8]) -> Result<BeginCall, HostError>;
    /// The called contract has ended, other than by a fault of the node; what it changed stands if it returned. The answer for
    /// the caller: ending byte and payload.
    fn end_call(&mut self, outcome: &RunOutcome) -> Result<Vec<u8>, HostError>;
    /// Queues a call of an Ethereum contract (20 bytes) with a value (32 bytes); traps in a view and where there are too many effects.
    fn call_ethereum(&mut self, required: bool, target: &[u8], value: &[u8], calldata: &[u8]) -> Result<(), HostError>;
    /// Emits an event with 0 to 4 topics of 32 bytes; traps as `call_ethereum` does.
    fn emit_event(&mut self, topics: &[u8], data: &[u8]) -> Result<(), HostError>;
    /// Emits an event to an X25519 key (32 bytes), or to the task's user (0 bytes); traps as `call_ethereum` does, and for
    /// a key of low order.
    fn emit_private_event(&mut self, recipient: &[u8], data: &[u8]) -> Result<(), HostError>;
    /// A line for the developer.
    fn debug_log(&mut self, message: &[u8]) -> Result<(), HostError>;
}
