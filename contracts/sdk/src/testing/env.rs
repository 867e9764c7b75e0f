//! The environment of a contract's test.

use super::effect::Effect;
use super::mock_host::{MockHost, Store, Task};
use super::outcome::{Outcome, run_to_end};
use crate::abi::{AbiType, encode};
use crate::context::Context;
use crate::contract::SecretContract;
use crate::error::with_selector;
use crate::host::install;
use alloy_primitives::{Address, B256, keccak256};
use std::rc::Rc;

/// A mock enclave for the contracts of this test: context, stores, randomness, log, and what is left for Ethereum.
///
/// It serves the thread that made it, until another is made there.
pub struct Env {
    pub(super) host: Rc<MockHost>,
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
            gas_limit: 10_000_000,
            gas_left: 10_000_000,
        };
        let host = Rc::new(MockHost::new(task));
        install(host.clone());
        Self { host }
    }

    /// The context to call a method with.
    pub fn context(&self) -> Context {
        Context::current()
    }

    /// The context of another task, which this account ordered. It stays the sender until another is set.
    pub fn context_of(&self, sender: Address) -> Context {
        self.set_sender(sender);
        Context::current()
    }

    /// Sets the account that ordered the task, which is another one from here on.
    pub fn set_sender(&self, sender: Address) {
        self.host.begin_task(sender);
    }

    /// The address of the contract that is deployed and called.
    pub fn self_address(&self) -> Address {
        self.host.task.borrow().self_address
    }

    /// Sets which contract is deployed and called. Each address has a store of its own.
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

    /// Sets the gas that tasks begin with. The mock takes from it only what contracts burn.
    pub fn set_gas_left(&self, gas: u64) {
        let mut task = self.host.task.borrow_mut();
        (task.gas_limit, task.gas_left) = (gas, gas);
    }

    /// Begins the random streams of this seed: that of the contract that is called, and others for those that it calls.
    pub fn set_seed(&self, seed: B256) {
        self.host.seed.set(seed);
        self.host.random.borrow_mut().clear();
    }

    /// Sets which other contracts tasks may call, as their records declare it. Before, they may call all that were
    /// deployed.
    pub fn set_touches(&self, contracts: &[Address]) {
        self.host.touches.replace(Some(contracts.iter().copied().collect()));
    }

    /// Lets tasks call all contracts again.
    pub(super) fn forget_touches(&self) {
        self.host.touches.replace(None);
    }

    /// Everything that the contract stored.
    pub fn store(&self) -> Store {
        let stores = self.host.stores.borrow();
        stores.get(&self.self_address()).cloned().unwrap_or_default()
    }

    /// The calls of Ethereum that were queued and the events that were emitted since the last call, in order. What a failed
    /// task left is not among them.
    pub fn take_effects(&self) -> Vec<Effect> {
        self.host.earlier_effects.set(0);
        self.host.effects.take()
    }

    /// What was logged since the last call, line by line.
    pub fn take_logs(&self) -> Vec<String> {
        self.host.logs.take()
    }

    /// Runs the constructor as the enclave does, on the ABI encoding of these arguments: a tuple of several, or one.
    /// Other contracts can call the contract at its address from here on.
    pub fn deploy<C: SecretContract>(&self, arguments: &impl AbiType) -> Outcome {
        let sender = self.host.task.borrow().sender;
        self.set_sender(sender);
        self.deploy_encoded::<C>(&encode(arguments))
    }

    /// As `deploy`, of encoded arguments.
    pub(super) fn deploy_encoded<C: SecretContract>(&self, arguments: &[u8]) -> Outcome {
        let outcome = self.run(|| C::deploy(arguments));
        if outcome.is_success() {
            let mut contracts = self.host.contracts.borrow_mut();
            contracts.insert(self.self_address(), C::call);
        }
        outcome
    }

    /// Deploys a contract at another address, for those that call it. The contract that is called stays the same.
    pub fn deploy_at<C: SecretContract>(&self, address: Address, arguments: &impl AbiType) -> Outcome {
        self.at(address, || self.deploy::<C>(arguments))
    }

    /// Calls a function as the enclave does. [`calldata`] makes its bytes.
    pub fn call<C: SecretContract>(&self, sender: Address, calldata: &[u8]) -> Outcome {
        self.set_sender(sender);
        self.run(|| C::call(calldata))
    }

    /// Calls a function of the contract at another address.
    pub fn call_at<C: SecretContract>(&self, address: Address, sender: Address, calldata: &[u8]) -> Outcome {
        self.at(address, || self.call::<C>(sender, calldata))
    }

    /// Answers a view as the enclave does, outside of any task, to the account that signed the permit.
    pub fn view<C: SecretContract>(&self, account: Address, calldata: &[u8]) -> Outcome {
        self.set_sender(account);
        self.host.is_view.set(true);
        let outcome = self.run(|| C::view(calldata));
        self.host.is_view.set(false);
        outcome
    }

    /// Does something at another address.
    fn at(&self, address: Address, action: impl FnOnce() -> Outcome) -> Outcome {
        let own = self.self_address();
        self.set_self_address(address);
        let outcome = action();
        self.set_self_address(own);
        outcome
    }

    /// Runs a task; one that fails changes no store and leaves no effects.
    pub(super) fn run(&self, task: impl FnOnce() -> Result<Vec<u8>, Vec<u8>>) -> Outcome {
        install(self.host.clone());
        self.run_as(|| run_to_end(task))
    }

    /// As `run`, of a task that something else brings to its end.
    pub(super) fn run_as(&self, task: impl FnOnce() -> Outcome) -> Outcome {
        let before = self.host.snapshot();
        let outcome = task();
        if !outcome.is_success() {
            self.host.restore(before);
        }
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

/// The address of a made-up account; a different one for each number.
pub fn address(number: u64) -> Address {
    Address::from_slice(&keccak256(number.to_be_bytes())[12..])
}

/// Calldata of a function: the selector of a signature such as `transfer(address,uint256)`, and encoded arguments.
pub fn calldata(signature: &str, arguments: &impl AbiType) -> Vec<u8> {
    let hash = keccak256(signature);
    with_selector([hash[0], hash[1], hash[2], hash[3]], encode(arguments))
}
