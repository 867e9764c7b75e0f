//! SGX DCAP quotes, version 3: built, parsed and verified inside the enclave.
//!
//! A quote is a processor's signed statement of which enclave runs on it (`mr_enclave`, `mr_signer`, debug or not,
//! security version) and of 64 bytes of that enclave's choice (`report_data`), which here name its public keys and role.
//! It says "this key belongs to this program"; nothing else in the network makes an enclave trust another one.
//!
//! - [`quote`]: the byte layout.
//! - [`collateral`]: what a verifier needs beside the quote (certificates, revocation lists, TCB levels).
//! - [`verify`]: the whole judgement, by the `dcap-qvl` crate and by checks on top of it.
//! - [`report_data`]: what our enclaves put into the 64 bytes.
//! - [`simulation_root`]: the root of trust of the simulated processors.
//!
//! Everything here runs on bytes that an untrusted host hands in: no input makes it panic.

#![forbid(unsafe_code)]
#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::panic
)]

extern crate alloc;

pub mod collateral;
pub mod error;
mod pck_chain;
pub mod quote;
mod reader;
pub mod report_data;
pub mod simulation_root;
mod verifier_error;
pub mod verify;

pub use collateral::Collateral;
pub use error::AttestationError;
pub use quote::Quote;
pub use report_data::{Role, report_data};
pub use simulation_root::SIMULATION_ROOT_DER;
pub use verify::{Policy, VerifiedEnclave, verify_quote};
