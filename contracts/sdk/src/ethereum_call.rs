//! Calls of Ethereum contracts, made from the secret contract's own account once the task is committed.

use crate::context::Context;
use crate::host::{Host, host};
use crate::integer::U256;
use alloy_primitives::{Address, Bytes};

/// A call of an Ethereum contract that is not queued yet: [`Context::require`] and [`Context::attempt`] do that.
///
/// `#[ethereum_interface]` makes calls from a function's name and arguments; [`new`](Self::new) takes bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "the call is made only if `ctx.require(call)` or `ctx.attempt(call)` queues it"]
pub struct EthereumCall {
    target: Address,
    value: U256,
    calldata: Bytes,
}

impl EthereumCall {
    /// A call with this calldata, and no ether. To send ether to a plain account, give it no calldata and a
    /// [`value`](Self::value).
    pub fn new(target: Address, calldata: impl Into<Bytes>) -> Self {
        Self {
            target,
            value: U256::ZERO,
            calldata: calldata.into(),
        }
    }

    /// The same call with ether, in wei, from the contract's account.
    pub fn value(self, wei: U256) -> Self {
        Self { value: wei, ..self }
    }

    /// The contract or account that is called.
    pub fn target(&self) -> Address {
        self.target
    }

    /// The ether that is sent, in wei.
    pub fn wei(&self) -> U256 {
        self.value
    }

    /// Selector and arguments.
    pub fn calldata(&self) -> &[u8] {
        &self.calldata
    }

    fn queue(&self, required: bool) {
        host().call_ethereum(required, &self.target, &self.value, &self.calldata);
    }
}

/// Calls are public: everybody sees target, ether and calldata. They are made in the order in which they were queued, and
/// paid from the task's gas for calls. What a call returns does not come back to the contract.
impl Context {
    /// Queues a call without which nothing happens, as Solidity's `require(success)`: if it fails on Ethereum, everything
    /// that this task changed is undone, in all contracts, and its other calls and events are undone too.
    pub fn require(&mut self, call: EthereumCall) {
        call.queue(true);
    }

    /// Queues a call that may fail: then only the call itself is undone. The contract never learns whether it failed.
    pub fn attempt(&mut self, call: EthereumCall) {
        call.queue(false);
    }
}
