//! A host that has a state and nothing else: the work that is measured uses nothing else.

use std::collections::BTreeMap;
use std::ops::Bound::{Excluded, Unbounded};

use enigma_metering::{BeginCall, HostError, HostFunctions, RunOutcome};

/// An empty state to begin with.
#[derive(Default)]
pub struct MemoryHost {
    entries: BTreeMap<Vec<u8>, Vec<u8>>,
}

fn unused<T>() -> Result<T, HostError> {
    Err(HostError::Fault("the benchmark has no such host function".to_string()))
}

impl HostFunctions for MemoryHost {
    fn storage_get(&mut self, key: &[u8]) -> Result<Option<Vec<u8>>, HostError> {
        Ok(self.entries.get(key).cloned())
    }
    fn storage_set(&mut self, key: &[u8], value: &[u8]) -> Result<(), HostError> {
        self.entries.insert(key.to_vec(), value.to_vec());
        Ok(())
    }
    fn storage_remove(&mut self, key: &[u8]) -> Result<(), HostError> {
        self.entries.remove(key);
        Ok(())
    }
    fn storage_next_key(&mut self, key: &[u8]) -> Result<Option<Vec<u8>>, HostError> {
        Ok(self
            .entries
            .range::<[u8], _>((Excluded(key), Unbounded))
            .next()
            .map(|(key, _)| key.clone()))
    }
    fn sender(&mut self) -> Result<Vec<u8>, HostError> {
        Ok(vec![0x11; 20])
    }
    fn self_address(&mut self) -> Result<Vec<u8>, HostError> {
        Ok(vec![0x22; 20])
    }
    fn task_id(&mut self) -> Result<Vec<u8>, HostError> {
        Ok(vec![0x33; 32])
    }
    fn epoch(&mut self) -> Result<u64, HostError> {
        Ok(1)
    }
    fn block_number(&mut self) -> Result<u64, HostError> {
        Ok(1)
    }
    fn block_timestamp(&mut self) -> Result<u64, HostError> {
        Ok(1)
    }
    fn random(&mut self, _length: u32) -> Result<Vec<u8>, HostError> {
        unused()
    }
    fn keccak256(&mut self, _data: &[u8]) -> Result<Vec<u8>, HostError> {
        unused()
    }
    fn sha256(&mut self, _data: &[u8]) -> Result<Vec<u8>, HostError> {
        unused()
    }
    fn secp256k1_recover(&mut self, _hash: &[u8], _signature: &[u8]) -> Result<Option<Vec<u8>>, HostError> {
        unused()
    }
    fn ed25519_verify(&mut self, _key: &[u8], _message: &[u8], _signature: &[u8]) -> Result<u32, HostError> {
        unused()
    }
    fn aead_seal(&mut self, _key: &[u8], _data: &[u8], _plaintext: &[u8]) -> Result<Vec<u8>, HostError> {
        unused()
    }
    fn aead_open(&mut self, _key: &[u8], _data: &[u8], _ciphertext: &[u8]) -> Result<Option<Vec<u8>>, HostError> {
        unused()
    }
    fn x25519_public_key(&mut self, _secret_key: &[u8]) -> Result<Vec<u8>, HostError> {
        unused()
    }
    fn x25519_shared_secret(&mut self, _secret: &[u8], _public: &[u8]) -> Result<Option<Vec<u8>>, HostError> {
        unused()
    }
    fn begin_call(&mut self, _contract: &[u8]) -> Result<BeginCall, HostError> {
        unused()
    }
    fn end_call(&mut self, _outcome: &RunOutcome) -> Result<Vec<u8>, HostError> {
        unused()
    }
    fn call_ethereum(&mut self, _: bool, _target: &[u8], _value: &[u8], _calldata: &[u8]) -> Result<(), HostError> {
        unused()
    }
    fn emit_event(&mut self, _topics: &[u8], _data: &[u8]) -> Result<(), HostError> {
        unused()
    }
    fn emit_private_event(&mut self, _recipient: &[u8], _data: &[u8]) -> Result<(), HostError> {
        unused()
    }
    fn debug_log(&mut self, _message: &[u8]) -> Result<(), HostError> {
        unused()
    }
}
