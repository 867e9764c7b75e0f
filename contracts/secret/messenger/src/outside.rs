//! Other contracts, called with bytes that a test chooses.

use enigma_contract::prelude::*;

/// Calls a contract: the ending and its payload.
pub(crate) fn call(ctx: &mut Context, contract: Address, calldata: Bytes, gas: u64) -> (u8, Bytes) {
    match SecretCall::<()>::new(contract, calldata).gas(gas).call_raw(ctx) {
        Ok(result) => (0, result),
        Err(error) => (error.ending(), error.payload()),
    }
}
