//! Calls of other secret contracts of the same group, within one task.

use crate::abi::{AbiType, decode_padded};
use crate::call_error::CallError;
use crate::context::Context;
use crate::host::{Host, host};
use alloy_primitives::{Address, Bytes};
use core::marker::PhantomData;

/// The ending of a call that returned.
const RETURNED: u8 = 0;

/// A call of a secret contract that returns a `T`; [`call`](Self::call) makes it.
///
/// `#[secret_interface]` makes calls from a function's name and arguments; [`new`](Self::new) takes bytes.
#[derive(Debug, Clone)]
#[must_use = "`call(ctx)` makes the call"]
pub struct SecretCall<T> {
    contract: Address,
    calldata: Bytes,
    gas: u64,
    result: PhantomData<fn() -> T>,
}

impl<T: AbiType> SecretCall<T> {
    /// A call with this calldata.
    pub fn new(contract: Address, calldata: impl Into<Bytes>) -> Self {
        Self {
            contract,
            calldata: calldata.into(),
            gas: u64::MAX,
            result: PhantomData,
        }
    }

    /// The same call with at most this gas. One 64th of the gas that is left always stays with the caller.
    pub fn gas(self, limit: u64) -> Self {
        Self { gas: limit, ..self }
    }

    /// Makes the call. The other contract sees this contract as its `sender`. Arguments and result stay in the enclave.
    ///
    /// What the other contract changes, emits and queues stands if it returns and this task succeeds.
    ///
    /// # Errors
    /// Why the call did not return; then it changed nothing.
    pub fn call(self, ctx: &mut Context) -> Result<T, CallError> {
        let result = self.call_raw(ctx)?;
        decode_padded(&result).map_err(|_| CallError::UnexpectedResult(result))
    }

    /// As [`call`](Self::call), and returns the result's bytes as they are.
    ///
    /// # Errors
    /// As `call`, but for `UnexpectedResult`.
    pub fn call_raw(self, _ctx: &mut Context) -> Result<Bytes, CallError> {
        let answer = host().call_contract(&self.contract, &self.calldata, self.gas);
        match answer.split_first() {
            Some((&RETURNED, result)) => Ok(Bytes::copy_from_slice(result)),
            Some((ending, payload)) => Err(CallError::read(*ending, payload)),
            None => Err(CallError::UnexpectedResult(Bytes::new())),
        }
    }
}
