//! Validation and gas metering of secret-contract modules.
//!
//! A contract is a core WebAssembly module. [`validate`] refuses what could behave differently on two engines, cost a
//! worker without bound, or reach outside the contract's world; [`instrument`] makes a valid module meter itself, so that
//! an engine that knows nothing of gas runs it at full speed and still every engine counts the same.
//!
//! Invariants of an instrumented module, relied on by the engines:
//! - A run that needs more gas than the limit ends with the exported `enigma_gas` below zero; one that needs exactly the
//!   limit ends with zero. Gas may be below zero for a moment before the module itself notices, so an engine looks at it
//!   in every host function and when a run ends.
//! - `enigma_fault` is not zero if and only if metering trapped for another reason than gas.
//! - Calls nest no deeper than [`limits::STACK_SLOTS`], far from where any engine's own stack ends.
//! - The bits of every float are those of IEEE 754 with one NaN.
//!
//! Threat: the module is chosen by an attacker, and a mistake here either splits the network (two enclaves, two
//! results) or stops it (an endless run). Therefore anything not understood is refused.

pub mod limits;
pub mod prices;
pub mod sequence;
pub mod weights;
pub mod world;

mod body;
mod feature;
mod function_facts;
mod host;
mod instrument;
mod json;
mod names;
mod outcome;
mod refusal;
mod rule;
mod segments;
mod trace;
mod validate;

#[cfg(feature = "bindgen")]
mod bindgen;

pub use function_facts::{FunctionFacts, Scratch};
pub use host::{BeginCall, Entry, HostError, HostFunctions};
pub use instrument::{
    CHARGE_EXPORT, FAULT_EXPORT, GAS_EXPORT, INSTRUMENTER_VERSION, RESTORE_EXPORT, STACK_EXPORT, instrument,
    instrument_in,
};
pub use limits::MAX_GAS_LIMIT;
pub use names::function_names;
pub use outcome::{RunOutcome, TrapCode};
pub use prices::{HostPrice, PriceSchedule, schedule};
pub use refusal::Refusal;
pub use rule::Rule;
pub use trace::{TRACE_ENTER, TRACE_LEAVE, TRACE_MODULE, instrument_traced, instrument_traced_in};
pub use validate::{MAX_SURVEYED, ModuleFacts, survey, validate, validate_in};
pub use weights::Weights;
pub use world::{HOST_FUNCTIONS, World};
