//! Executing a task: from its record, input and the contract's state to a receipt's content.

#[cfg(feature = "debug")]
mod debug_log;
pub mod effects;
pub mod engine;
pub mod execution;
pub mod modules;
pub mod state;
pub mod stores;
pub mod task_host;
