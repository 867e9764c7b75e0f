//! How a task or a call ended, and how the mock finds out.

use crate::abi::{AbiType, decode_padded};
use crate::error::ContractError;
use std::any::Any;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// How a task ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It returned ABI-encoded results.
    Returned(Vec<u8>),
    /// It reverted with Solidity revert data.
    Reverted(Vec<u8>),
    /// It panicked with a message.
    Panicked(String),
    /// Its gas did not suffice. Natively only gas that a contract burns is counted.
    OutOfGas,
    /// Its memory or its state grew too large; in WebAssembly only.
    OutOfMemory,
    /// It called its own functions too deeply; in WebAssembly only.
    StackOverflow,
    /// It did something that no contract may do: [`trap`].
    Trapped(u8),
}

/// Numbers of traps that the host of a contract causes (ARCHITECTURE.md 2.3).
pub mod trap {
    /// An argument that the host does not take, such as a key that is too long.
    pub const HOST_ARGUMENT: u8 = 7;
    /// A view wrote, called Ethereum or emitted.
    pub const VIEW_EFFECT: u8 = 9;
    /// More than 32 effects, or more than 65,536 bytes of them.
    pub const TOO_MANY_EFFECTS: u8 = 10;
}

impl Outcome {
    /// The result.
    ///
    /// # Panics
    /// Where the task failed, or returned something of another type.
    #[track_caller]
    pub fn result<T: AbiType>(&self) -> T {
        match self {
            Outcome::Returned(data) => decode_padded(data).expect("the result is of another type"),
            failure => panic!("the task did not return: {failure:?}"),
        }
    }

    /// Whether the task reverted with this error.
    pub fn is_error(&self, error: &impl ContractError) -> bool {
        let Outcome::Reverted(data) = self else { return false };
        let padding = data.strip_prefix(error.revert_data().as_slice());
        padding.is_some_and(|padding| padding.iter().all(|byte| *byte == 0))
    }

    /// Whether it returned.
    pub(super) fn is_success(&self) -> bool {
        matches!(self, Outcome::Returned(_))
    }

    /// The ending's number and its payload.
    pub(super) fn ending(self) -> Vec<u8> {
        let (number, payload) = match self {
            Outcome::Returned(data) => (0, data),
            Outcome::Reverted(data) => (1, data),
            Outcome::Panicked(message) => (2, message.into_bytes()),
            Outcome::OutOfGas => (3, Vec::new()),
            Outcome::OutOfMemory => (4, Vec::new()),
            Outcome::StackOverflow => (5, Vec::new()),
            Outcome::Trapped(code) => (6, vec![code]),
        };
        [vec![number], payload].concat()
    }
}

/// Why a contract that did not panic is being unwound.
#[derive(Clone, Copy)]
enum Cause {
    Trap(u8),
    OutOfGas,
}

thread_local! {
    /// On whose account the contract of this thread is being unwound, if it is no panic of its own.
    static CAUSE: Cell<Option<Cause>> = const { Cell::new(None) };
}

/// Ends the running contract. The message is for a test that calls methods as plain Rust, where this is a panic.
pub(super) fn end_with_trap(code: u8, message: &str) -> ! {
    CAUSE.set(Some(Cause::Trap(code)));
    panic!("{message}")
}

/// Ends the running contract, which has burnt more gas than it has.
pub(super) fn end_out_of_gas() -> ! {
    CAUSE.set(Some(Cause::OutOfGas));
    panic!("out of gas")
}

/// What a function of the mock answers, or the trap that it ends a contract with.
#[cfg(feature = "wasm-tests")]
pub(super) fn answer_or_trap<T>(ask: impl FnOnce() -> T) -> Result<T, Option<u8>> {
    CAUSE.set(None);
    catch_unwind(AssertUnwindSafe(ask)).map_err(|_| match CAUSE.take() {
        Some(Cause::Trap(code)) => Some(code),
        _ => None,
    })
}

/// Runs contract code to its end.
pub(super) fn run_to_end(code: impl FnOnce() -> Result<Vec<u8>, Vec<u8>>) -> Outcome {
    CAUSE.set(None);
    match catch_unwind(AssertUnwindSafe(code)) {
        Ok(Ok(result)) => Outcome::Returned(result),
        Ok(Err(error)) => Outcome::Reverted(error),
        Err(panic) => match CAUSE.take() {
            Some(Cause::Trap(code)) => Outcome::Trapped(code),
            Some(Cause::OutOfGas) => Outcome::OutOfGas,
            None => Outcome::Panicked(message(panic.as_ref())),
        },
    }
}

fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_string());
    text.or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_default()
}
