//! The host of one running contract: its storage, the facts of its task, and cryptography.

use enigma_metering::{HostError, HostFunctions};

use super::state::RunningState;
use crate::{
    crypto::{host_functions, keccak::keccak256, random_stream::RandomStream},
    format::bytes::{Address, Hash},
};

/// What a contract can ask about its task.
#[derive(Clone)]
pub struct TaskFacts {
    pub sender: Address,
    pub self_address: Address,
    pub task_id: Hash,
    /// The epoch of the record.
    pub epoch: u64,
    pub block_number: u64,
    /// Unix seconds.
    pub timestamp: u64,
}

/// Owns the contract's state while it runs.
pub struct TaskHost {
    state: RunningState,
    facts: TaskFacts,
    random: RandomStream,
    #[cfg(feature = "debug")]
    logs: Vec<String>,
}

impl TaskHost {
    pub fn new(state: RunningState, facts: TaskFacts, random: RandomStream) -> Self {
        Self {
            state,
            facts,
            random,
            #[cfg(feature = "debug")]
            logs: Vec::new(),
        }
    }

    /// The value under `key`, without a copy.
    pub fn stored(&self, key: &[u8]) -> Option<&[u8]> {
        self.state.view().get(key)
    }

    /// The smallest key greater than `key`, without a copy.
    pub fn key_after(&self, key: &[u8]) -> Option<&[u8]> {
        self.state.view().next_key(key)
    }

    /// Sets or removes a key.
    pub fn store(&mut self, key: &[u8], value: Option<&[u8]>) {
        self.state.put(key, value.map(<[u8]>::to_vec));
    }

    /// Whether the contract has changed more than a task may.
    pub fn changed_too_much(&self) -> bool {
        self.state.is_too_large()
    }

    /// The facts of the task.
    pub fn facts(&self) -> &TaskFacts {
        &self.facts
    }

    /// Hands the state back.
    pub fn into_state(self) -> RunningState {
        self.state
    }

    /// Takes the lines that the contract logged.
    #[cfg(feature = "debug")]
    pub fn take_logs(&mut self) -> Vec<String> {
        std::mem::take(&mut self.logs)
    }
}

fn length_fault() -> HostError {
    HostError::Fault("the engine passed an argument of the wrong length".into())
}

impl HostFunctions for TaskHost {
    fn storage_get(&mut self, key: &[u8]) -> Result<Option<Vec<u8>>, HostError> {
        Ok(self.stored(key).map(<[u8]>::to_vec))
    }

    fn storage_set(&mut self, key: &[u8], value: &[u8]) -> Result<(), HostError> {
        self.store(key, Some(value));
        Ok(())
    }

    fn storage_remove(&mut self, key: &[u8]) -> Result<(), HostError> {
        self.store(key, None);
        Ok(())
    }

    fn storage_next_key(&mut self, key: &[u8]) -> Result<Option<Vec<u8>>, HostError> {
        Ok(self.key_after(key).map(<[u8]>::to_vec))
    }

    fn sender(&mut self) -> Result<Vec<u8>, HostError> {
        Ok(self.facts.sender.to_vec())
    }

    fn self_address(&mut self) -> Result<Vec<u8>, HostError> {
        Ok(self.facts.self_address.to_vec())
    }

    fn task_id(&mut self) -> Result<Vec<u8>, HostError> {
        Ok(self.facts.task_id.to_vec())
    }

    fn epoch(&mut self) -> Result<u64, HostError> {
        Ok(self.facts.epoch)
    }

    fn block_number(&mut self) -> Result<u64, HostError> {
        Ok(self.facts.block_number)
    }

    fn block_timestamp(&mut self) -> Result<u64, HostError> {
        Ok(self.facts.timestamp)
    }

    fn random(&mut self, length: u32) -> Result<Vec<u8>, HostError> {
        let exhausted = || HostError::Fault("the task's random stream is exhausted".into());
        self.random
            .next(usize::try_from(length).map_err(|_| exhausted())?)
            .map_err(|_| exhausted())
    }

    fn keccak256(&mut self, data: &[u8]) -> Result<Vec<u8>, HostError> {
        Ok(keccak256(data).to_vec())
    }

    fn sha256(&mut self, data: &[u8]) -> Result<Vec<u8>, HostError> {
        Ok(host_functions::sha256(data).to_vec())
    }

    fn secp256k1_recover(&mut self, hash: &[u8], signature: &[u8]) -> Result<Option<Vec<u8>>, HostError> {
        Ok(host_functions::secp256k1_recover(hash, signature))
    }

    fn ed25519_verify(&mut self, public_key: &[u8], message: &[u8], signature: &[u8]) -> Result<u32, HostError> {
        Ok(u32::from(host_functions::ed25519_verify(
            public_key, message, signature,
        )))
    }

    fn aead_seal(&mut self, key: &[u8], associated_data: &[u8], plaintext: &[u8]) -> Result<Vec<u8>, HostError> {
        host_functions::aead_seal(key, associated_data, plaintext).ok_or_else(length_fault)
    }

    fn aead_open(
        &mut self,
        key: &[u8],
        associated_data: &[u8],
        ciphertext: &[u8],
    ) -> Result<Option<Vec<u8>>, HostError> {
        Ok(host_functions::aead_open(key, associated_data, ciphertext))
    }

    fn x25519_public_key(&mut self, secret_key: &[u8]) -> Result<Vec<u8>, HostError> {
        host_functions::x25519_public_key(secret_key).ok_or_else(length_fault)
    }

    fn x25519_shared_secret(&mut self, secret_key: &[u8], public_key: &[u8]) -> Result<Option<Vec<u8>>, HostError> {
        Ok(host_functions::x25519_shared_secret(secret_key, public_key))
    }

    #[cfg(feature = "debug")]
    fn debug_log(&mut self, message: &[u8]) -> Result<(), HostError> {
        self.logs.push(String::from_utf8_lossy(message).into_owned());
        Ok(())
    }

    /// The release enclave keeps nothing that only a developer may read.
    #[cfg(not(feature = "debug"))]
    fn debug_log(&mut self, _message: &[u8]) -> Result<(), HostError> {
        Ok(())
    }
}
