//! The enclave as host.

use super::Host;
use crate::integer::U256;
use alloy_primitives::{Address, B256};
use enigma_contract_bindings::secret_contract::enigma::contract::host as enclave;

/// The enclave that runs the contract.
pub(crate) struct Enclave;

/// The host of the running contract.
pub(crate) fn host() -> Enclave {
    Enclave
}

/// Sends panics to the enclave, which ends the task with their message and location. Without it they would be traps
/// that say nothing.
pub fn end_with_message() {
    std::panic::set_hook(Box::new(|panic| {
        let message = panic.to_string();
        crate::constant_gas::panics::settle();
        enclave::panic(message.as_bytes());
    }));
}

impl Host for Enclave {
    fn storage_get(&self, key: &[u8]) -> Option<Vec<u8>> {
        enclave::storage_get(key)
    }

    fn storage_set(&self, key: &[u8], value: &[u8]) {
        enclave::storage_set(key, value);
    }

    fn storage_remove(&self, key: &[u8]) {
        enclave::storage_remove(key);
    }

    fn storage_next_key(&self, key: &[u8]) -> Option<Vec<u8>> {
        enclave::storage_next_key(key)
    }

    fn sender(&self) -> Address {
        Address::from_slice(&enclave::sender())
    }

    fn self_address(&self) -> Address {
        Address::from_slice(&enclave::self_address())
    }

    fn task_id(&self) -> B256 {
        B256::from_slice(&enclave::task_id())
    }

    fn epoch(&self) -> u64 {
        enclave::epoch()
    }

    fn block_number(&self) -> u64 {
        enclave::block_number()
    }

    fn block_timestamp(&self) -> u64 {
        enclave::block_timestamp()
    }

    fn gas_left(&self) -> u64 {
        enclave::gas_left()
    }

    fn burn_gas(&self, amount: u64) {
        enclave::burn_gas(amount);
    }

    fn random(&self, length: u32) -> Vec<u8> {
        enclave::random(length)
    }

    fn keccak256(&self, data: &[u8]) -> B256 {
        B256::from_slice(&enclave::keccak256(data))
    }

    fn sha256(&self, data: &[u8]) -> B256 {
        B256::from_slice(&enclave::sha256(data))
    }

    fn secp256k1_recover(&self, hash: &B256, signature: &[u8]) -> Option<Address> {
        enclave::secp256k1_recover(hash.as_slice(), signature).map(|address| Address::from_slice(&address))
    }

    fn ed25519_verify(&self, public_key: &B256, message: &[u8], signature: &[u8]) -> bool {
        enclave::ed25519_verify(public_key.as_slice(), message, signature) == 1
    }

    fn aead_seal(&self, key: &B256, associated_data: &[u8], plaintext: &[u8]) -> Vec<u8> {
        enclave::aead_seal(key.as_slice(), associated_data, plaintext)
    }

    fn aead_open(&self, key: &B256, associated_data: &[u8], ciphertext: &[u8]) -> Option<Vec<u8>> {
        enclave::aead_open(key.as_slice(), associated_data, ciphertext)
    }

    fn x25519_public_key(&self, secret_key: &B256) -> B256 {
        B256::from_slice(&enclave::x25519_public_key(secret_key.as_slice()))
    }

    fn x25519_shared_secret(&self, secret_key: &B256, public_key: &B256) -> Option<B256> {
        let secret = enclave::x25519_shared_secret(secret_key.as_slice(), public_key.as_slice());
        secret.map(|secret| B256::from_slice(&secret))
    }

    fn call_contract(&self, contract: &Address, calldata: &[u8], gas: u64) -> Vec<u8> {
        enclave::call_contract(contract.as_slice(), calldata, gas)
    }

    fn call_ethereum(&self, required: bool, target: &Address, value: &U256, calldata: &[u8]) {
        enclave::call_ethereum(u32::from(required), target.as_slice(), &value.to_be_bytes(), calldata);
    }

    fn emit_event(&self, topics: &[u8], data: &[u8]) {
        enclave::emit_event(topics, data);
    }

    fn emit_private_event(&self, recipient: &[u8], data: &[u8]) {
        enclave::emit_private_event(recipient, data);
    }

    fn debug_log(&self, message: &[u8]) {
        enclave::debug_log(message);
    }
}
