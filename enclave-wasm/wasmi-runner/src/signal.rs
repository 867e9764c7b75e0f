//! Ends of a run that a host function decides on, thrown through the engine.

use enigma_metering::{HostError, TrapCode};

/// Why a host function did not return.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Signal {
    /// Gas is below zero.
    OutOfGas,
    /// The contract panicked with this message.
    Panicked(Vec<u8>),
    /// The contract handed over something, or did something, that it must not.
    Trapped(TrapCode),
    /// The host could not answer.
    Fault(String),
}

impl core::fmt::Display for Signal {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Signal::OutOfGas => formatter.write_str("out of gas"),
            Signal::Panicked(_) => formatter.write_str("panicked"),
            Signal::Trapped(trap) => formatter.write_str(trap.code()),
            Signal::Fault(reason) => formatter.write_str(reason),
        }
    }
}

impl core::error::Error for Signal {}
impl wasmi::errors::HostError for Signal {}

impl From<HostError> for Signal {
    fn from(error: HostError) -> Self {
        match error {
            HostError::Fault(reason) => Signal::Fault(reason),
            HostError::Trap(trap) => Signal::Trapped(trap),
        }
    }
}

impl From<Signal> for wasmi::Error {
    fn from(signal: Signal) -> Self {
        wasmi::Error::host(signal)
    }
}

/// The engine-independent code of one of wasmi's traps; none for those that say something of the node.
pub(crate) fn trap(code: wasmi::TrapCode) -> Option<TrapCode> {
    use wasmi::TrapCode as Wasmi;
    Some(match code {
        Wasmi::UnreachableCodeReached => TrapCode::Unreachable,
        Wasmi::MemoryOutOfBounds => TrapCode::MemoryOutOfBounds,
        Wasmi::TableOutOfBounds => TrapCode::TableOutOfBounds,
        Wasmi::IndirectCallToNull | Wasmi::BadSignature => TrapCode::IndirectCallMismatch,
        Wasmi::IntegerDivisionByZero => TrapCode::DivideByZero,
        Wasmi::IntegerOverflow | Wasmi::BadConversionToInteger => TrapCode::IntegerOverflow,
        Wasmi::StackOverflow | Wasmi::OutOfFuel | Wasmi::GrowthOperationLimited | Wasmi::OutOfSystemMemory => {
            return None;
        }
    })
}
