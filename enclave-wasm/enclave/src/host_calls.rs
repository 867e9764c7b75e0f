//! What the engine calls while a contract runs, or one that it has called: core knows in whose name.
//!
//! Storage is the hot path. Its keys and values go through one buffer that both sides know, so that a call allocates nothing on
//! the way: JavaScript writes the key (and value) at its start, calls with their lengths, and reads the answer at its start.
//! Everything else is rare or slow by itself and passes bytes the ordinary way.

use std::cell::RefCell;

use enigma_core::{format::ending::trap_byte, task::task_host::TaskHost};
use enigma_metering::{BeginCall, HostError, HostFunctions};
use wasm_bindgen::prelude::*;

use crate::{
    engine::{OutcomeObject, read_outcome},
    running_task,
};

const MAX_KEY: usize = 1_024;
const MAX_VALUE: usize = 65_536;

/// There is no such key.
const ABSENT: i32 = -1;
/// No contract is running, or a length is beyond the buffer.
const MISUSED: i32 = -2;
/// It is done.
const DONE: i32 = 0;

thread_local! {
    static EXCHANGE: RefCell<Box<[u8]>> = RefCell::new(vec![0; MAX_KEY + MAX_VALUE].into_boxed_slice());
}

/// Address of the exchange buffer in this module's memory. It never moves.
#[wasm_bindgen(js_name = exchangeAddress)]
pub fn exchange_address() -> usize {
    EXCHANGE.with_borrow(|buffer| buffer.as_ptr() as usize)
}

/// Length of the exchange buffer in bytes.
#[wasm_bindgen(js_name = exchangeLength)]
pub fn exchange_length() -> usize {
    MAX_KEY + MAX_VALUE
}

/// Looks up the key at the start of the buffer and puts its value there. The value's length, or -1 for none.
#[wasm_bindgen(js_name = storageGet)]
pub fn storage_get(key_length: usize) -> i32 {
    look_up(key_length, TaskHost::stored)
}

/// Puts the key that follows the one at the start of the buffer there. Its length, or -1 for none.
#[wasm_bindgen(js_name = storageNextKey)]
pub fn storage_next_key(key_length: usize) -> i32 {
    look_up(key_length, TaskHost::key_after)
}

/// Stores under the key at the start of the buffer the value behind it. 0, -2 when misused, or the number of a trap.
#[wasm_bindgen(js_name = storageSet)]
pub fn storage_set(key_length: usize, value_length: usize) -> Result<i32, JsError> {
    change(key_length, |host, key, rest| {
        rest.get(..value_length).map(|value| host.storage_set(key, value))
    })
}

/// Removes the key at the start of the buffer. 0, -2 when misused, or the number of a trap.
#[wasm_bindgen(js_name = storageRemove)]
pub fn storage_remove(key_length: usize) -> Result<i32, JsError> {
    change(key_length, |host, key, _| Some(host.storage_remove(key)))
}

fn look_up(key_length: usize, find: impl for<'a> Fn(&'a TaskHost, &[u8]) -> Option<&'a [u8]>) -> i32 {
    EXCHANGE.with_borrow_mut(|buffer| {
        running_task::with(|host| answer_into(buffer, key_length, |key| find(host, key))).unwrap_or(MISUSED)
    })
}

fn answer_into<'a>(buffer: &mut [u8], key_length: usize, find: impl FnOnce(&[u8]) -> Option<&'a [u8]>) -> i32 {
    let Some(key) = buffer.get(..key_length) else {
        return MISUSED;
    };
    let Some(found) = find(key) else { return ABSENT };
    let Some(place) = buffer.get_mut(..found.len()) else {
        return MISUSED;
    };
    place.copy_from_slice(found);
    i32::try_from(found.len()).unwrap_or(MISUSED)
}

fn change(
    key_length: usize,
    apply: impl FnOnce(&mut TaskHost, &[u8], &[u8]) -> Option<Result<(), HostError>>,
) -> Result<i32, JsError> {
    let done = EXCHANGE.with_borrow(|buffer| {
        let (key, rest) = buffer.split_at_checked(key_length)?;
        running_task::with(|host| apply(host, key, rest)).flatten()
    });
    done.map_or(Ok(MISUSED), trap_number)
}

/// 0 for what is done, the number of the trap for what the contract may not do.
fn trap_number(done: Result<(), HostError>) -> Result<i32, JsError> {
    match done {
        Ok(()) => Ok(DONE),
        Err(HostError::Trap(trap)) => Ok(i32::from(trap_byte(trap))),
        Err(fault) => Err(failure(fault)),
    }
}

fn failure(error: HostError) -> JsError {
    match error {
        HostError::Fault(reason) => JsError::new(&reason),
        HostError::Trap(_) => JsError::new("a host function trapped that cannot"),
    }
}

fn running<T>(function: impl FnOnce(&mut TaskHost) -> T) -> Result<T, JsError> {
    running_task::with(function).ok_or_else(|| JsError::new("no contract is running"))
}

/// Calls a host function that may fault.
fn call<T>(function: impl FnOnce(&mut TaskHost) -> Result<T, HostError>) -> Result<T, JsError> {
    running(function)?.map_err(failure)
}

/// Calls a host function that has an effect: 0, or the number of a trap.
fn effect(function: impl FnOnce(&mut TaskHost) -> Result<(), HostError>) -> Result<i32, JsError> {
    trap_number(running(function)?)
}

/// The running contract calls another. 0 ‖ number of the module to run (u32, big-endian), or 1 ‖ the answer to the caller.
#[wasm_bindgen(js_name = beginCall)]
pub fn begin_call(contract: &[u8]) -> Result<Vec<u8>, JsError> {
    Ok(match call(|host| host.begin_call(contract))? {
        BeginCall::Run { module } => [&[0], &module.to_be_bytes()[..]].concat(),
        BeginCall::Refused(answer) => [&[1], &answer[..]].concat(),
    })
}

/// The called contract has ended. The answer to the caller.
#[wasm_bindgen(js_name = endCall)]
pub fn end_call(outcome: OutcomeObject) -> Result<Vec<u8>, JsError> {
    let outcome = read_outcome(&outcome).ok_or_else(|| JsError::new("not an outcome"))?;
    call(|host| host.end_call(&outcome))
}

/// Queues a call of an Ethereum contract. 0, or the number of a trap; so for the next two.
#[wasm_bindgen(js_name = callEthereum)]
pub fn call_ethereum(required: bool, target: &[u8], value: &[u8], calldata: &[u8]) -> Result<i32, JsError> {
    effect(|host| host.call_ethereum(required, target, value, calldata))
}

#[wasm_bindgen(js_name = emitEvent)]
pub fn emit_event(topics: &[u8], data: &[u8]) -> Result<i32, JsError> {
    effect(|host| host.emit_event(topics, data))
}

#[wasm_bindgen(js_name = emitPrivateEvent)]
pub fn emit_private_event(recipient: &[u8], data: &[u8]) -> Result<i32, JsError> {
    effect(|host| host.emit_private_event(recipient, data))
}

#[wasm_bindgen]
pub fn sender() -> Result<Vec<u8>, JsError> {
    call(HostFunctions::sender)
}

#[wasm_bindgen(js_name = selfAddress)]
pub fn self_address() -> Result<Vec<u8>, JsError> {
    call(HostFunctions::self_address)
}

#[wasm_bindgen(js_name = taskId)]
pub fn task_id() -> Result<Vec<u8>, JsError> {
    call(HostFunctions::task_id)
}

#[wasm_bindgen]
pub fn epoch() -> Result<u64, JsError> {
    call(HostFunctions::epoch)
}

#[wasm_bindgen(js_name = blockNumber)]
pub fn block_number() -> Result<u64, JsError> {
    call(HostFunctions::block_number)
}

#[wasm_bindgen(js_name = blockTimestamp)]
pub fn block_timestamp() -> Result<u64, JsError> {
    call(HostFunctions::block_timestamp)
}

#[wasm_bindgen]
pub fn random(length: u32) -> Result<Vec<u8>, JsError> {
    call(|host| host.random(length))
}

#[wasm_bindgen]
pub fn keccak256(data: &[u8]) -> Result<Vec<u8>, JsError> {
    call(|host| host.keccak256(data))
}

#[wasm_bindgen]
pub fn sha256(data: &[u8]) -> Result<Vec<u8>, JsError> {
    call(|host| host.sha256(data))
}

#[wasm_bindgen(js_name = secp256k1Recover)]
pub fn secp256k1_recover(hash: &[u8], signature: &[u8]) -> Result<Option<Vec<u8>>, JsError> {
    call(|host| host.secp256k1_recover(hash, signature))
}

#[wasm_bindgen(js_name = ed25519Verify)]
pub fn ed25519_verify(public_key: &[u8], message: &[u8], signature: &[u8]) -> Result<u32, JsError> {
    call(|host| host.ed25519_verify(public_key, message, signature))
}

#[wasm_bindgen(js_name = aeadSeal)]
pub fn aead_seal(key: &[u8], associated_data: &[u8], plaintext: &[u8]) -> Result<Vec<u8>, JsError> {
    call(|host| host.aead_seal(key, associated_data, plaintext))
}

#[wasm_bindgen(js_name = aeadOpen)]
pub fn aead_open(key: &[u8], associated_data: &[u8], ciphertext: &[u8]) -> Result<Option<Vec<u8>>, JsError> {
    call(|host| host.aead_open(key, associated_data, ciphertext))
}

#[wasm_bindgen(js_name = x25519PublicKey)]
pub fn x25519_public_key(secret_key: &[u8]) -> Result<Vec<u8>, JsError> {
    call(|host| host.x25519_public_key(secret_key))
}

#[wasm_bindgen(js_name = x25519SharedSecret)]
pub fn x25519_shared_secret(secret_key: &[u8], public_key: &[u8]) -> Result<Option<Vec<u8>>, JsError> {
    call(|host| host.x25519_shared_secret(secret_key, public_key))
}

#[wasm_bindgen(js_name = debugLog)]
pub fn debug_log(message: &[u8]) -> Result<(), JsError> {
    call(|host| host.debug_log(message))
}
