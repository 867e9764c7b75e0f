//! What `#[secret_contract]` makes of an `impl` block, and what the enclave calls.

use crate::abi::{AbiType, decode};
use crate::error::bad_arguments;

/// A secret contract, implemented by `#[secret_contract]`.
pub trait SecretContract: Sized {
    /// The JSON ABI.
    const ABI: &'static str;

    /// Runs the constructor on ABI-encoded arguments.
    ///
    /// # Errors
    /// Solidity revert data: an error of the constructor, or `BadArguments(0x00000000)`.
    fn deploy(arguments: &[u8]) -> Result<Vec<u8>, Vec<u8>>;

    /// Calls the function that the first four bytes of the calldata select; the result is ABI-encoded.
    ///
    /// # Errors
    /// Solidity revert data: an error of the function, `UnknownFunction(bytes4)` or `BadArguments(bytes4)`.
    fn call(calldata: &[u8]) -> Result<Vec<u8>, Vec<u8>>;

    /// As [`call`](Self::call), but only functions with `#[view]` are there.
    ///
    /// # Errors
    /// As `call`; any other function is `UnknownFunction(bytes4)`.
    fn view(calldata: &[u8]) -> Result<Vec<u8>, Vec<u8>>;
}

/// The selector, filled up with zeros where the calldata is shorter, and the arguments behind it.
pub fn split_calldata(calldata: &[u8]) -> ([u8; 4], &[u8]) {
    let (given, arguments) = calldata.split_at(calldata.len().min(4));
    let mut selector = [0; 4];
    selector[..given.len()].copy_from_slice(given);
    (selector, arguments)
}

/// The arguments of the function with this selector.
///
/// # Errors
/// Revert data of `BadArguments(selector)`.
pub fn decode_arguments<T: AbiType>(selector: [u8; 4], arguments: &[u8]) -> Result<T, Vec<u8>> {
    decode(arguments).map_err(|_| bad_arguments(selector))
}
