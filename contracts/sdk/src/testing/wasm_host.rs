//! The mock host as the interpreter of compiled contracts asks it.

use super::mock_host::MockHost;
use super::outcome::answer_or_trap;
use super::wasm::{Wasm, outcome_of, trap_number};
use crate::host::Host;
use crate::integer::U256;
use alloy_primitives::{Address, B256};
use enigma_metering::{BeginCall, HostError, HostFunctions, RunOutcome, TrapCode};

/// The traps that the mock host causes.
const TRAPS: [TrapCode; 3] = [TrapCode::HostArgument, TrapCode::ViewEffect, TrapCode::TooManyEffects];

type Answer<T> = Result<T, HostError>;

/// The mock host and the modules that can be called.
pub(super) struct WasmHost<'a> {
    host: &'a MockHost,
    wasm: &'a Wasm,
}

impl<'a> WasmHost<'a> {
    pub(super) fn new(host: &'a MockHost, wasm: &'a Wasm) -> Self {
        Self { host, wasm }
    }

    fn ask<T>(&self, ask: impl FnOnce(&MockHost) -> T) -> Answer<T> {
        answer_or_trap(|| ask(self.host)).map_err(|trap| {
            let known = TRAPS.into_iter().find(|known| Some(trap_number(*known)) == trap);
            known.map_or_else(|| HostError::Fault("the mock host panicked".into()), HostError::Trap)
        })
    }
}

impl HostFunctions for WasmHost<'_> {
    fn storage_get(&mut self, key: &[u8]) -> Answer<Option<Vec<u8>>> {
        self.ask(|host| host.storage_get(key))
    }

    fn storage_set(&mut self, key: &[u8], value: &[u8]) -> Answer<()> {
        self.ask(|host| host.storage_set(key, value))
    }

    fn storage_remove(&mut self, key: &[u8]) -> Answer<()> {
        self.ask(|host| host.storage_remove(key))
    }

    fn storage_next_key(&mut self, key: &[u8]) -> Answer<Option<Vec<u8>>> {
        self.ask(|host| host.storage_next_key(key))
    }

    fn sender(&mut self) -> Answer<Vec<u8>> {
        self.ask(|host| host.sender().to_vec())
    }

    fn self_address(&mut self) -> Answer<Vec<u8>> {
        self.ask(|host| host.self_address().to_vec())
    }

    fn task_id(&mut self) -> Answer<Vec<u8>> {
        self.ask(|host| host.task_id().to_vec())
    }

    fn epoch(&mut self) -> Answer<u64> {
        self.ask(Host::epoch)
    }

    fn block_number(&mut self) -> Answer<u64> {
        self.ask(Host::block_number)
    }

    fn block_timestamp(&mut self) -> Answer<u64> {
        self.ask(Host::block_timestamp)
    }

    fn random(&mut self, length: u32) -> Answer<Vec<u8>> {
        self.ask(|host| host.random(length))
    }

    fn keccak256(&mut self, data: &[u8]) -> Answer<Vec<u8>> {
        self.ask(|host| host.keccak256(data).to_vec())
    }

    fn sha256(&mut self, data: &[u8]) -> Answer<Vec<u8>> {
        self.ask(|host| host.sha256(data).to_vec())
    }

    fn secp256k1_recover(&mut self, hash: &[u8], signature: &[u8]) -> Answer<Option<Vec<u8>>> {
        let address = self.ask(|host| host.secp256k1_recover(&B256::from_slice(hash), signature))?;
        Ok(address.map(|address| address.to_vec()))
    }

    fn ed25519_verify(&mut self, public_key: &[u8], message: &[u8], signature: &[u8]) -> Answer<u32> {
        let valid = self.ask(|host| host.ed25519_verify(&B256::from_slice(public_key), message, signature))?;
        Ok(valid.into())
    }

    fn aead_seal(&mut self, key: &[u8], associated_data: &[u8], plaintext: &[u8]) -> Answer<Vec<u8>> {
        self.ask(|host| host.aead_seal(&B256::from_slice(key), associated_data, plaintext))
    }

    fn aead_open(&mut self, key: &[u8], associated_data: &[u8], ciphertext: &[u8]) -> Answer<Option<Vec<u8>>> {
        self.ask(|host| host.aead_open(&B256::from_slice(key), associated_data, ciphertext))
    }

    fn x25519_public_key(&mut self, secret_key: &[u8]) -> Answer<Vec<u8>> {
        self.ask(|host| host.x25519_public_key(&B256::from_slice(secret_key)).to_vec())
    }

    fn x25519_shared_secret(&mut self, secret_key: &[u8], public_key: &[u8]) -> Answer<Option<Vec<u8>>> {
        let (secret_key, public_key) = (B256::from_slice(secret_key), B256::from_slice(public_key));
        let secret = self.ask(|host| host.x25519_shared_secret(&secret_key, &public_key))?;
        Ok(secret.map(|secret| secret.to_vec()))
    }

    fn begin_call(&mut self, contract: &[u8]) -> Answer<BeginCall> {
        let contract = Address::from_slice(contract);
        if let Some(answer) = self.host.refusal(contract) {
            return Ok(BeginCall::Refused(answer));
        }
        let module = self.wasm.number(&contract);
        // The interpreter counts gas itself.
        self.host.enter(contract, 0);
        Ok(BeginCall::Run { module })
    }

    fn end_call(&mut self, outcome: &RunOutcome) -> Answer<Vec<u8>> {
        Ok(self.host.leave_call(outcome_of(outcome).0))
    }

    fn call_ethereum(&mut self, required: bool, target: &[u8], value: &[u8], calldata: &[u8]) -> Answer<()> {
        let value = U256::from_be_bytes(B256::from_slice(value).0);
        self.ask(|host| host.call_ethereum(required, &Address::from_slice(target), &value, calldata))
    }

    fn emit_event(&mut self, topics: &[u8], data: &[u8]) -> Answer<()> {
        self.ask(|host| host.emit_event(topics, data))
    }

    fn emit_private_event(&mut self, recipient: &[u8], data: &[u8]) -> Answer<()> {
        self.ask(|host| host.emit_private_event(recipient, data))
    }

    fn debug_log(&mut self, message: &[u8]) -> Answer<()> {
        self.ask(|host| host.debug_log(message))
    }
}
