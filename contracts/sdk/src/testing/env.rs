//! The environment of a contract's test.

use super::cryptography::keystream;
use super::mock_host::{MockHost, Task};
use crate::abi::{AbiType, decode, encode};
use crate::context::Context;
use crate::contract::SecretContract;
use crate::error::{ContractError, with_selector};
use crate::host::install;
use alloy_primitives::{Address, B256, keccak256};
use std::any::Any;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

/// How a task ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It returned ABI-encoded results.
    Returned(Vec<u8>),
    /// It reverted with Solidity revert data.
    Reverted(Vec<u8>),
    /// It panicked with a message.
    Panicked(String),
}

impl Outcome {
    /// The result.
    ///
    /// # Panics
    /// Where the task failed, or returned something of another type.
    pub fn result<T: AbiType>(&self) -> T {
        match self {
            Outcome::Returned(data) => decode(data).expect("the result is of another type"),
            failure => panic!("the task did not return: {failure:?}"),
        }
    }

    /// Whether the task reverted with this error.
    pub fn is_error(&self, error: &impl ContractError) -> bool {
        matches!(self, Outcome::Reverted(data) if *data == error.revert_data())
    }
}

/// A mock enclave for the contracts of this test: context, store, randomness and log.
///
/// It serves the thread that made it, until another is made there.
pub struct Env {
    host: Rc<MockHost>,
}

impl Default for Env {
    fn default() -> Self {
        Self::new()
    }
}

impl Env {
    /// An environment with an empty store, the same in every run.
    pub fn new() -> Self {
        let task = Task {
            sender: address(0),
            self_address: Address::repeat_byte(0xc0),
            id: keccak256("task"),
            epoch: 1,
            block_number: 1,
            timestamp: 1_700_000_000,
            gas_left: 10_000_000,
        };
        let host = Rc::new(MockHost {
            task: task.into(),
            store: BTreeMap::new().into(),
            logs: Vec::new().into(),
            random: keystream(&B256::ZERO).into(),
        });
        install(host.clone());
        Self { host }
    }

    /// The context to call a method with.
    pub fn context(&self) -> Context {
        Context::current()
    }

    /// The context of a task that this account ordered. It stays the sender until another is set.
    pub fn context_of(&self, sender: Address) -> Context {
        self.set_sender(sender);
        Context::current()
    }

    /// Sets the account that ordered the task.
    pub fn set_sender(&self, sender: Address) {
        self.host.task.borrow_mut().sender = sender;
    }

    /// Sets the contract's own address.
    pub fn set_self_address(&self, address: Address) {
        self.host.task.borrow_mut().self_address = address;
    }

    /// Sets the id of the task.
    pub fn set_task_id(&self, id: B256) {
        self.host.task.borrow_mut().id = id;
    }

    /// Sets the epoch of the task's record.
    pub fn set_epoch(&self, epoch: u64) {
        self.host.task.borrow_mut().epoch = epoch;
    }

    /// Sets number and time (seconds since 1970-01-01 UTC) of the block that holds the task's record.
    pub fn set_block(&self, number: u64, timestamp: u64) {
        let mut task = self.host.task.borrow_mut();
        (task.block_number, task.timestamp) = (number, timestamp);
    }

    /// Sets the gas that the contract sees; the mock does not count it down.
    pub fn set_gas_left(&self, gas: u64) {
        self.host.task.borrow_mut().gas_left = gas;
    }

    /// Begins the random stream of this seed.
    pub fn set_seed(&self, seed: B256) {
        self.host.random.replace(keystream(&seed));
    }

    /// Everything that is stored.
    pub fn store(&self) -> BTreeMap<Vec<u8>, Vec<u8>> {
        self.host.store.borrow().clone()
    }

    /// What was logged since the last call, line by line.
    pub fn take_logs(&self) -> Vec<String> {
        self.host.logs.take()
    }

    /// Runs the constructor as the enclave does, on the ABI encoding of these arguments: a tuple of several, or one.
    pub fn deploy<C: SecretContract>(&self, arguments: &impl AbiType) -> Outcome {
        let arguments = encode(arguments);
        self.run(|| C::deploy(&arguments))
    }

    /// Calls a function as the enclave does. [`calldata`] makes its bytes.
    pub fn call<C: SecretContract>(&self, sender: Address, calldata: &[u8]) -> Outcome {
        self.set_sender(sender);
        self.run(|| C::call(calldata))
    }

    /// Runs a task; one that fails leaves the store as it was.
    fn run(&self, task: impl FnOnce() -> Result<Vec<u8>, Vec<u8>>) -> Outcome {
        install(self.host.clone());
        let before = self.store();
        let outcome = match catch_unwind(AssertUnwindSafe(task)) {
            Ok(Ok(result)) => return Outcome::Returned(result),
            Ok(Err(error)) => Outcome::Reverted(error),
            Err(panic) => Outcome::Panicked(message(panic.as_ref())),
        };
        self.host.store.replace(before);
        outcome
    }
}

impl std::fmt::Debug for Env {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Env")
            .field("task", &self.host.task.borrow())
            .finish_non_exhaustive()
    }
}

fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_string());
    text.or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_default()
}

/// The address of a made-up account; a different one for each number.
pub fn address(number: u64) -> Address {
    Address::from_slice(&keccak256(number.to_be_bytes())[12..])
}

/// Calldata of a function: the selector of a signature such as `transfer(address,uint256)`, and encoded arguments.
pub fn calldata(signature: &str, arguments: &impl AbiType) -> Vec<u8> {
    let hash = keccak256(signature);
    with_selector([hash[0], hash[1], hash[2], hash[3]], encode(arguments))
}
