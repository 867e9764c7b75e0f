//! The host interface against memory.

use super::cryptography as c;
use crate::host::Host;
use alloy_primitives::{Address, B256, keccak256};
use chacha20::ChaCha20;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Bound;

/// Longest key of the store, in bytes.
const MAX_KEY: usize = 1_024;
/// Longest value of the store, in bytes.
const MAX_VALUE: usize = 65_536;
/// Most random bytes of one call.
const MAX_RANDOM: u32 = 65_536;

/// The facts of the task that the mock shows.
#[derive(Debug, Clone)]
pub(crate) struct Task {
    pub(crate) sender: Address,
    pub(crate) self_address: Address,
    pub(crate) id: B256,
    pub(crate) epoch: u64,
    pub(crate) block_number: u64,
    pub(crate) timestamp: u64,
    pub(crate) gas_left: u64,
}

/// A host in memory; one for each [`Env`](super::Env).
pub(crate) struct MockHost {
    pub(crate) task: RefCell<Task>,
    pub(crate) store: RefCell<BTreeMap<Vec<u8>, Vec<u8>>>,
    pub(crate) logs: RefCell<Vec<String>>,
    pub(crate) random: RefCell<ChaCha20>,
}

impl MockHost {
    fn checked_key<'a>(&self, key: &'a [u8]) -> &'a [u8] {
        assert!(
            key.len() <= MAX_KEY,
            "a key of {} bytes is longer than {MAX_KEY}",
            key.len()
        );
        key
    }
}

impl Host for MockHost {
    fn storage_get(&self, key: &[u8]) -> Option<Vec<u8>> {
        self.store.borrow().get(self.checked_key(key)).cloned()
    }

    fn storage_set(&self, key: &[u8], value: &[u8]) {
        assert!(
            value.len() <= MAX_VALUE,
            "a value of {} bytes is longer than {MAX_VALUE}",
            value.len()
        );
        self.store
            .borrow_mut()
            .insert(self.checked_key(key).to_vec(), value.to_vec());
    }

    fn storage_remove(&self, key: &[u8]) {
        self.store.borrow_mut().remove(self.checked_key(key));
    }

    fn storage_next_key(&self, key: &[u8]) -> Option<Vec<u8>> {
        let range = (Bound::Excluded(self.checked_key(key)), Bound::Unbounded);
        self.store
            .borrow()
            .range::<[u8], _>(range)
            .next()
            .map(|(key, _)| key.clone())
    }

    fn sender(&self) -> Address {
        self.task.borrow().sender
    }

    fn self_address(&self) -> Address {
        self.task.borrow().self_address
    }

    fn task_id(&self) -> B256 {
        self.task.borrow().id
    }

    fn epoch(&self) -> u64 {
        self.task.borrow().epoch
    }

    fn block_number(&self) -> u64 {
        self.task.borrow().block_number
    }

    fn block_timestamp(&self) -> u64 {
        self.task.borrow().timestamp
    }

    fn gas_left(&self) -> u64 {
        self.task.borrow().gas_left
    }

    fn random(&self, length: u32) -> Vec<u8> {
        assert!(length <= MAX_RANDOM, "{length} random bytes are more than {MAX_RANDOM}");
        c::draw(&mut self.random.borrow_mut(), length as usize)
    }

    fn keccak256(&self, data: &[u8]) -> B256 {
        keccak256(data)
    }

    fn sha256(&self, data: &[u8]) -> B256 {
        c::sha256(data)
    }

    fn secp256k1_recover(&self, hash: &B256, signature: &[u8]) -> Option<Address> {
        c::recover(hash, signature)
    }

    fn ed25519_verify(&self, public_key: &B256, message: &[u8], signature: &[u8]) -> bool {
        c::ed25519_verify(public_key, message, signature)
    }

    fn aead_seal(&self, key: &B256, associated_data: &[u8], plaintext: &[u8]) -> Vec<u8> {
        c::aead_seal(key, associated_data, plaintext)
    }

    fn aead_open(&self, key: &B256, associated_data: &[u8], ciphertext: &[u8]) -> Option<Vec<u8>> {
        c::aead_open(key, associated_data, ciphertext)
    }

    fn x25519_public_key(&self, secret_key: &B256) -> B256 {
        c::x25519_public_key(secret_key)
    }

    fn x25519_shared_secret(&self, secret_key: &B256, public_key: &B256) -> Option<B256> {
        c::x25519_shared_secret(secret_key, public_key)
    }

    fn debug_log(&self, message: &[u8]) {
        self.logs
            .borrow_mut()
            .push(String::from_utf8_lossy(message).into_owned());
    }
}
