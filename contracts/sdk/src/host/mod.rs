//! The way out of a contract: the functions of the WIT interface, of the enclave in WebAssembly, of a mock elsewhere.

use crate::integer::U256;
use alloy_primitives::{Address, B256};

#[cfg(not(target_arch = "wasm32"))]
mod native;
#[cfg(target_arch = "wasm32")]
mod wasm;

#[cfg(not(target_arch = "wasm32"))]
pub(crate) use native::{host, install};
#[cfg(target_arch = "wasm32")]
pub use wasm::end_with_message;
#[cfg(target_arch = "wasm32")]
pub(crate) use wasm::host;

/// The host interface of secret contracts, function by function as `contracts/wit` documents it.
pub(crate) trait Host {
    fn storage_get(&self, key: &[u8]) -> Option<Vec<u8>>;
    fn storage_set(&self, key: &[u8], value: &[u8]);
    fn storage_remove(&self, key: &[u8]);
    fn storage_next_key(&self, key: &[u8]) -> Option<Vec<u8>>;

    fn sender(&self) -> Address;
    fn self_address(&self) -> Address;
    fn task_id(&self) -> B256;
    fn epoch(&self) -> u64;
    fn block_number(&self) -> u64;
    fn block_timestamp(&self) -> u64;
    fn gas_left(&self) -> u64;
    fn burn_gas(&self, amount: u64);

    fn random(&self, length: u32) -> Vec<u8>;
    fn keccak256(&self, data: &[u8]) -> B256;
    fn sha256(&self, data: &[u8]) -> B256;
    fn secp256k1_recover(&self, hash: &B256, signature: &[u8]) -> Option<Address>;
    fn ed25519_verify(&self, public_key: &B256, message: &[u8], signature: &[u8]) -> bool;
    fn aead_seal(&self, key: &B256, associated_data: &[u8], plaintext: &[u8]) -> Vec<u8>;
    fn aead_open(&self, key: &B256, associated_data: &[u8], ciphertext: &[u8]) -> Option<Vec<u8>>;
    fn x25519_public_key(&self, secret_key: &B256) -> B256;
    fn x25519_shared_secret(&self, secret_key: &B256, public_key: &B256) -> Option<B256>;

    fn call_contract(&self, contract: &Address, calldata: &[u8], gas: u64) -> Vec<u8>;
    fn call_ethereum(&self, required: bool, target: &Address, value: &U256, calldata: &[u8]);
    fn emit_event(&self, topics: &[u8], data: &[u8]);
    fn emit_private_event(&self, recipient: &[u8], data: &[u8]);

    fn debug_log(&self, message: &[u8]);
}
