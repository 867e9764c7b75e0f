//! What this node lacks: errors, never receipts.

use crate::{ecall::EcallError, task::execution::Fault};

pub fn module_missing() -> EcallError {
    EcallError::new("module-not-loaded", "The contract's module is not loaded.")
}

pub fn log_missing() -> EcallError {
    EcallError::new("log-missing", "The contract's log is not loaded.")
}

pub fn log_pending() -> EcallError {
    EcallError::new(
        "log-pending",
        "Tasks of the contract are pending; settle them before loading its log.",
    )
}

pub fn group_differs() -> EcallError {
    EcallError::new(
        "group-differs",
        "The group is not the one that the contract belongs to.",
    )
}

pub fn input_too_large() -> EcallError {
    EcallError::new("input-too-large", "The encrypted input is larger than allowed.")
}

pub fn batch_full() -> EcallError {
    EcallError::new(
        "batch-full",
        "The results of the tasks before this one fill the answer; it waits.",
    )
}

/// A failure of the engine, for the host.
pub fn fault_error(fault: Fault) -> EcallError {
    match fault {
        Fault::UnknownRules => {
            EcallError::new("rules-unknown", "This enclave does not know this version of the rules.")
        }
        Fault::Engine(reason) => EcallError::new("engine-fault", &reason),
        Fault::StateLost(reason) => EcallError::new("engine-lost-state", &reason),
    }
}
