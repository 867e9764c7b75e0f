//! How an execution ended: the plaintext of a task's output.

use core::fmt;

use enigma_metering::{RunOutcome, TrapCode};

use super::{limits, receipt::ReceiptStatus};

/// The ending and what the user learns of it. Printing it shows its number only: the rest is the user's.
#[derive(Clone, PartialEq, Eq)]
pub enum Ending {
    /// ABI-encoded result.
    Returned(Vec<u8>),
    /// Solidity revert data.
    Reverted(Vec<u8>),
    /// The message, UTF-8.
    Panicked(Vec<u8>),
    OutOfGas,
    OutOfMemory,
    StackOverflow,
    /// One of the trap bytes of ARCHITECTURE.md section 2.3.
    Trapped(u8),
    /// The input does not authenticate, or its padding is malformed.
    BadCiphertext,
    /// Code of the rule that the module breaks.
    ModuleRefused(String),
    /// The user's key has low order: there is no key to encrypt to, so nothing is sent.
    UnusableKey,
    /// Why a contract's call of another was not made; never the ending of a task.
    CallRefused(String),
}

/// The trap of an argument that the host refuses; also given to an output beyond the limit.
pub const TRAP_HOST_ARGUMENT: u8 = 7;

impl fmt::Debug for Ending {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Ending").field(&self.code()).finish()
    }
}

impl Ending {
    /// The first byte of the output's plaintext.
    pub fn code(&self) -> u8 {
        match self {
            Ending::Returned(_) => 0,
            Ending::Reverted(_) => 1,
            Ending::Panicked(_) => 2,
            Ending::OutOfGas => 3,
            Ending::OutOfMemory => 4,
            Ending::StackOverflow => 5,
            Ending::Trapped(_) => 6,
            Ending::BadCiphertext => 7,
            Ending::ModuleRefused(_) => 8,
            Ending::UnusableKey => 9,
            Ending::CallRefused(_) => 10,
        }
    }

    /// What follows the first byte.
    pub fn payload(&self) -> Vec<u8> {
        match self {
            Ending::Returned(data) | Ending::Reverted(data) | Ending::Panicked(data) => data.clone(),
            Ending::Trapped(trap) => vec![*trap],
            Ending::ModuleRefused(reason) | Ending::CallRefused(reason) => reason.clone().into_bytes(),
            Ending::OutOfGas
            | Ending::OutOfMemory
            | Ending::StackOverflow
            | Ending::BadCiphertext
            | Ending::UnusableKey => Vec::new(),
        }
    }

    /// The plaintext of the output; none where nothing can be encrypted.
    pub fn plaintext(&self) -> Option<Vec<u8>> {
        match self {
            Ending::UnusableKey => None,
            ending => Some([&[ending.code()][..], &ending.payload()].concat()),
        }
    }

    /// Only a returned execution is committed.
    pub fn status(&self) -> ReceiptStatus {
        match self {
            Ending::Returned(_) => ReceiptStatus::Committed,
            _ => ReceiptStatus::Failed,
        }
    }

    /// What a run came to; none where the node was at fault. `OutOfMemory` also where the run returned and `too_much` says that
    /// what it leaves behind is more than a contract may keep.
    pub fn of_run(outcome: &RunOutcome, too_much: bool) -> Option<Self> {
        Some(match outcome {
            RunOutcome::Returned { .. } if too_much => Ending::OutOfMemory,
            RunOutcome::Returned { data, .. } => Ending::Returned(data.clone()),
            RunOutcome::Reverted { data, .. } => Ending::Reverted(data.clone()),
            RunOutcome::Panicked { data, .. } => Ending::Panicked(data.clone()),
            RunOutcome::OutOfGas { .. } => Ending::OutOfGas,
            RunOutcome::OutOfMemory { .. } => Ending::OutOfMemory,
            RunOutcome::StackOverflow { .. } => Ending::StackOverflow,
            RunOutcome::Trapped { trap, .. } => Ending::Trapped(trap_byte(*trap)),
            RunOutcome::NodeFault { .. } => return None,
        })
    }

    /// The same ending, or a trap where its payload does not fit into an output.
    pub fn within_limit(self) -> Self {
        match &self {
            Ending::Returned(data) | Ending::Reverted(data) | Ending::Panicked(data)
                if data.len() >= limits::OUTPUT_PLAINTEXT =>
            {
                Ending::Trapped(TRAP_HOST_ARGUMENT)
            }
            _ => self,
        }
    }
}

/// The byte of a trap.
pub fn trap_byte(trap: TrapCode) -> u8 {
    match trap {
        TrapCode::Unreachable => 1,
        TrapCode::MemoryOutOfBounds => 2,
        TrapCode::DivideByZero => 3,
        TrapCode::IntegerOverflow => 4,
        TrapCode::TableOutOfBounds => 5,
        TrapCode::IndirectCallMismatch => 6,
        TrapCode::HostArgument => TRAP_HOST_ARGUMENT,
        TrapCode::HostReentry => 8,
        TrapCode::ViewEffect => 9,
        TrapCode::TooManyEffects => 10,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printing_an_ending_shows_nothing_of_its_payload() {
        for (ending, printed) in [
            (Ending::Returned(b"secret".to_vec()), "Ending(0)"),
            (Ending::Panicked(b"secret".to_vec()), "Ending(2)"),
            (Ending::Trapped(1), "Ending(6)"),
        ] {
            assert_eq!(format!("{ending:?}"), printed);
        }
    }
}
