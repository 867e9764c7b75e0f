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
        let left = self.task.borrow().gas_left;
        let share = gas.min(left - left / 64);
        self.enter(contract, share);
        let outcome = run_to_end(|| callee(calldata));
        let used = match outcome {
            Outcome::OutOfGas => share,
            _ => share - self.task.borrow().gas_left,
        };
        let answer = self.leave_call(outcome);
        self.task.borrow_mut().gas_left -= used;
        answer
    }

    /// Whether this contract can be called now.
    #[cfg(feature = "wasm-tests")]
    pub(super) fn refusal(&self, contract: Address) -> Option<Vec<u8>> {
        let refusal = self.callee(contract).err()?;
        Some([&[CALL_REFUSED], refusal.code().as_bytes()].concat())
    }

    /// From here on the host is asked in the name of this contract.
    pub(super) fn enter(&self, contract: Address, gas: u64) {
        let caller = self.task.borrow().clone();
        let mut task = self.task.borrow_mut();
        (task.sender, task.self_address, task.gas_left) = (caller.self_address, contract, gas);
        self.callers.borrow_mut().push(caller.self_address);
        self.open_calls.borrow_mut().push((caller, self.snapshot()));
    }

    /// The called contract has ended. The answer for its caller: ending and payload.
    pub(super) fn leave_call(&self, outcome: Outcome) -> Vec<u8> {
        self.callers.borrow_mut().pop();
        if let Some((caller, before)) = self.open_calls.borrow_mut().pop() {
            self.task.replace(caller);
            if !outcome.is_success() {
                self.restore(before);
            }
        }
        outcome.ending()
    }
}
