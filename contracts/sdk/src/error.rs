//! Errors of contracts as Solidity revert data: a selector and ABI-encoded arguments.

use crate::abi::json::{Entry, Kind};
use crate::abi::selector::selector;
use crate::abi::{AbiType, Field, Shape, decode_padded, encode};
use alloy_primitives::FixedBytes;

/// An error that a method may return. `#[contract_error]` implements it for enums.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an error of a secret contract",
    label = "cannot be the error of a method",
    note = "use an enum with #[contract_error], or String for `Error(string)`"
)]
pub trait ContractError {
    /// The errors in the JSON ABI.
    const ENTRIES: &'static [Entry];

    /// Solidity revert data.
    fn revert_data(&self) -> Vec<u8>;

    /// The error whose revert data this is, or none.
    fn from_revert_data(data: &[u8]) -> Option<Self>
    where
        Self: Sized;
}

/// A message in Solidity's own `Error(string)`, which is part of every ABI without being written there.
impl ContractError for String {
    const ENTRIES: &'static [Entry] = &[];

    fn revert_data(&self) -> Vec<u8> {
        with_selector(ERROR_STRING, encode(self))
    }

    fn from_revert_data(data: &[u8]) -> Option<Self> {
        decode_revert(ERROR_STRING, data)
    }
}

/// A message in Solidity's own `Error(string)`.
impl ContractError for &str {
    const ENTRIES: &'static [Entry] = &[];

    fn revert_data(&self) -> Vec<u8> {
        String::from(*self).revert_data()
    }

    /// None: a borrowed text cannot be made of revert data; read a `String`.
    fn from_revert_data(_data: &[u8]) -> Option<Self> {
        None
    }
}

const ERROR_STRING: [u8; 4] = selector(
    "Error",
    &[Field {
        name: "",
        shape: Shape::Named("string"),
    }],
);

const SELECTOR_ARGUMENT: &[Field] = &[Field {
    name: "selector",
    shape: Shape::FixedBytes(4),
}];

/// The errors that every contract has.
pub const BUILT_IN: &[Entry] = &[
    Entry {
        kind: Kind::Error,
        name: "UnknownFunction",
        inputs: SELECTOR_ARGUMENT,
        doc: "The contract has no function with this selector.",
    },
    Entry {
        kind: Kind::Error,
        name: "BadArguments",
        inputs: SELECTOR_ARGUMENT,
        doc: "The arguments do not decode; the selector is zero for the constructor.",
    },
];

/// Revert data of `UnknownFunction(bytes4)`.
pub fn unknown_function(function: [u8; 4]) -> Vec<u8> {
    const SELECTOR: [u8; 4] = selector("UnknownFunction", SELECTOR_ARGUMENT);
    with_selector(SELECTOR, encode(&FixedBytes(function)))
}

/// Revert data of `BadArguments(bytes4)`.
pub fn bad_arguments(function: [u8; 4]) -> Vec<u8> {
    const SELECTOR: [u8; 4] = selector("BadArguments", SELECTOR_ARGUMENT);
    with_selector(SELECTOR, encode(&FixedBytes(function)))
}

/// A selector and what follows it.
pub fn with_selector(selector: [u8; 4], arguments: Vec<u8>) -> Vec<u8> {
    let mut data = Vec::with_capacity(4 + arguments.len());
    data.extend_from_slice(&selector);
    data.extend_from_slice(&arguments);
    data
}

/// The arguments of an error with this selector, or none for any other bytes.
pub fn decode_revert<T: AbiType>(selector: [u8; 4], data: &[u8]) -> Option<T> {
    decode_padded(data.strip_prefix(&selector)?).ok()
}

/// Returns from the method with an error, converted with `into`, unless the condition holds.
///
/// ```
/// use enigma_contract::prelude::*;
/// fn half(number: u64) -> Result<u64, String> {
///     require!(number % 2 == 0, "odd");
///     Ok(number / 2)
/// }
/// assert_eq!(half(3), Err("odd".into()));
/// ```
#[macro_export]
macro_rules! require {
    ($condition:expr, $error:expr $(,)?) => {
        if !$condition {
            return ::core::result::Result::Err(::core::convert::Into::into($error));
        }
    };
}

/// Writes a line for the developer, in the form of `format!`: into the output of a native test, into the logs of a call in the test kit and of a
/// network's debug enclave.
///
/// The release enclave charges for it alike and drops it: a contract costs the same gas in both. The line is a secret like all that
/// the contract computes; take it out before others use the contract, since it costs gas (1,000 and 2 for each byte).
///
/// ```
/// use enigma_contract::prelude::*;
/// # let _env = enigma_contract::testing::Env::new();
/// let (bids, best) = (3, 7);
/// debug!("{bids} bids, the best is {best}");
/// ```
#[macro_export]
macro_rules! debug {
    ($($argument:tt)*) => {
        $crate::generated::debug_log(&::std::format!($($argument)*))
    };
}

/// Returns from the method with an error, converted with `into`.
#[macro_export]
macro_rules! bail {
    ($error:expr $(,)?) => {
        return ::core::result::Result::Err(::core::convert::Into::into($error))
    };
}
