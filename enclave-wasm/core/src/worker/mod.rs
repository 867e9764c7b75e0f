//! The worker's role: it holds contract keys and states, executes tasks and signs receipts.

mod contract;
mod executing;
mod key_ring;
#[cfg(feature = "debug")]
mod inspection;
mod output_release;
mod worker;

pub use worker::Worker;
