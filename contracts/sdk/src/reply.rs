//! How the result of a contract's method becomes the bytes that the task ends with.

use crate::abi::json::Entry;
use crate::abi::{AbiType, Shape, encode};
use crate::error::ContractError;

/// What a method may return: a value of the Solidity ABI, or a `Result` of one and an error.
#[diagnostic::on_unimplemented(
    message = "a secret contract's method cannot return `{Self}`",
    label = "not a type of the Solidity ABI, nor a `Result` of one",
    note = "return (), a type of the Solidity ABI, a tuple of these for several results, or Result<_, E> of one of them, \
            where E is an enum with #[contract_error] or a String"
)]
pub trait Reply {
    /// What it is where the method succeeds.
    type Value: AbiType;
    /// The results in the ABI.
    const OUTPUTS: Shape;
    /// The errors that it may be instead.
    const ERRORS: &'static [Entry];

    /// ABI-encoded results, or revert data.
    ///
    /// # Errors
    /// The revert data of the method's own error.
    fn into_reply(self) -> Result<Vec<u8>, Vec<u8>>;
}

impl<T: AbiType> Reply for T {
    type Value = T;
    const OUTPUTS: Shape = T::SHAPE;
    const ERRORS: &'static [Entry] = &[];

    fn into_reply(self) -> Result<Vec<u8>, Vec<u8>> {
        Ok(encode(&self))
    }
}

impl<T: AbiType, E: ContractError> Reply for Result<T, E> {
    type Value = T;
    const OUTPUTS: Shape = T::SHAPE;
    const ERRORS: &'static [Entry] = E::ENTRIES;

    fn into_reply(self) -> Result<Vec<u8>, Vec<u8>> {
        self.map(|value| encode(&value)).map_err(|error| error.revert_data())
    }
}

/// What a constructor may return: the contract, or a `Result` of it and an error.
pub trait Constructed {
    /// The errors that it may be instead.
    const ERRORS: &'static [Entry];

    /// Nothing, or revert data.
    ///
    /// # Errors
    /// The revert data of the constructor's own error.
    fn into_reply(self) -> Result<Vec<u8>, Vec<u8>>;
}

impl<T: crate::contract::SecretContract> Constructed for T {
    const ERRORS: &'static [Entry] = &[];

    fn into_reply(self) -> Result<Vec<u8>, Vec<u8>> {
        Ok(Vec::new())
    }
}

impl<T: crate::contract::SecretContract, E: ContractError> Constructed for Result<T, E> {
    const ERRORS: &'static [Entry] = E::ENTRIES;

    fn into_reply(self) -> Result<Vec<u8>, Vec<u8>> {
        self.map(|_| Vec::new()).map_err(|error| error.revert_data())
    }
}
