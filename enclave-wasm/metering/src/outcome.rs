//! How a run of a contract can end, the same on every engine.

/// The end of a run. All but [`RunOutcome::NodeFault`] are results: every engine gives the same one with the same gas.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RunOutcome {
    /// The entry point returned ok.
    Returned { data: Vec<u8>, gas_used: u64 },
    /// The entry point returned an error: Solidity revert data.
    Reverted { data: Vec<u8>, gas_used: u64 },
    /// The contract called the host's `panic`: a message in UTF-8 (not checked here).
    Panicked { data: Vec<u8>, gas_used: u64 },
    /// More gas was needed than the limit, all of which is used.
    OutOfGas { gas_used: u64 },
    /// A grow of memory or of a table beyond the limit.
    OutOfMemory { gas_used: u64 },
    /// Calls nested beyond the limit of stack slots.
    StackOverflow { gas_used: u64 },
    /// Any other WebAssembly trap.
    Trapped { trap: TrapCode, gas_used: u64 },
    /// The node could not run the contract: says nothing about the task.
    NodeFault { reason: String },
}

/// Why WebAssembly trapped, as far as every engine can tell.
///
/// V8 does not tell an empty table entry from one of another type, nor a NaN from a number out of range where a float
/// becomes an integer, so these share a code everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrapCode {
    /// The `unreachable` instruction.
    Unreachable,
    /// A load, store or bulk operation outside memory or its data segment.
    MemoryOutOfBounds,
    /// Integer division or remainder by zero.
    DivideByZero,
    /// The quotient, or the integer made of a float, is not representable.
    IntegerOverflow,
    /// An access outside a table or its element segment.
    TableOutOfBounds,
    /// An indirect call of an empty entry or of a function of another type.
    IndirectCallMismatch,
    /// A pointer or length that a host function or the result of an entry point must not have.
    HostArgument,
    /// A host function called from inside `cabi_realloc` or `cabi_post_*`.
    HostReentry,
    /// A view tried to write or to have an effect.
    ViewEffect,
    /// More effects, or more bytes of them, than a task may have.
    TooManyEffects,
}

const CODES: [(TrapCode, &str); 10] = [
    (TrapCode::Unreachable, "unreachable"),
    (TrapCode::MemoryOutOfBounds, "memory-out-of-bounds"),
    (TrapCode::DivideByZero, "divide-by-zero"),
    (TrapCode::IntegerOverflow, "integer-overflow"),
    (TrapCode::TableOutOfBounds, "table-out-of-bounds"),
    (TrapCode::IndirectCallMismatch, "indirect-call-mismatch"),
    (TrapCode::HostArgument, "host-argument"),
    (TrapCode::HostReentry, "host-reentry"),
    (TrapCode::ViewEffect, "view-effect"),
    (TrapCode::TooManyEffects, "too-many-effects"),
];

impl TrapCode {
    /// The stable code.
    pub fn code(self) -> &'static str {
        CODES
            .iter()
            .find(|(trap, _)| *trap == self)
            .map_or("unreachable", |(_, code)| code)
    }

    /// The trap with this code.
    pub fn from_code(code: &str) -> Option<TrapCode> {
        CODES.iter().find(|(_, known)| *known == code).map(|(trap, _)| *trap)
    }
}
