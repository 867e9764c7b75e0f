//! Calls between contracts in the mock, with the enclave's rules.

use super::mock_host::MockHost;
use super::outcome::{Outcome, run_to_end};
use crate::call_error::Refusal;
use alloy_primitives::Address;

/// Most contracts that are being called at a time, the task's own among them.
const MAX_CONTRACTS: usize = 4;
/// The ending of a call that was not made.
const CALL_REFUSED: u8 = 10;

/// How another contract is called: calldata in, result or revert data out.
pub(super) type CallEntry = fn(&[u8]) -> Result<Vec<u8>, Vec<u8>>;

impl MockHost {
    /// The ending of the call and its payload.
    pub(super) fn call(&self, contract: Address, calldata: &[u8], gas: u64) -> Vec<u8> {
        match self.callee(contract) {
            Ok(callee) => self.call_callee(callee, contract, calldata, gas),
            Err(refusal) => [&[CALL_REFUSED], refusal.code().as_bytes()].concat(),
        }
    }

    fn callee(&self, contract: Address) -> Result<CallEntry, Refusal> {
        let callers = self.callers.borrow();
        if self.is_view.get() {
            return Err(Refusal::View);
        }
        if callers.contains(&contract) || self.task.borrow().self_address == contract {
            return Err(Refusal::Reentry);
        }
        let is_declared = self
            .touches
            .borrow()
            .as_ref()
            .is_none_or(|touches| touches.contains(&contract));
        let known = self.contracts.borrow().get(&contract).copied();
        let callee = known.filter(|_| is_declared).ok_or(Refusal::Undeclared)?;
        if callers.len() + 2 > MAX_CONTRACTS {
            return Err(Refusal::Depth);
        }
        Ok(callee)
    }

    fn call_callee(&self, callee: CallEntry, contract: Address, calldata: &[u8], gas: u64) -> Vec<u8> {
        let mut caller = self.task.borrow().clone();
        let share = gas.min(caller.gas_left - caller.gas_left / 64);
        let before = self.snapshot();
        self.callers.borrow_mut().push(caller.self_address);
        {
            let mut task = self.task.borrow_mut();
            task.sender = caller.self_address;
            task.self_address = contract;
            task.gas_left = share;
        }
        let outcome = run_to_end(|| callee(calldata));
        self.callers.borrow_mut().pop();
        caller.gas_left -= match outcome {
            Outcome::OutOfGas => share,
            _ => share - self.task.borrow().gas_left,
        };
        self.task.replace(caller);
        if !outcome.is_success() {
            self.restore(before);
        }
        outcome.ending()
    }
}
