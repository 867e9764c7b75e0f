//! A simulated SGX processor: fuses, quoting, sealing keys, monotonic counters, RDRAND, and the certificates under which
//! its quotes verify.
//!
//! What it is for: the network's enclaves use it exactly as they would use a real processor, and every verifier that takes
//! a root certificate as a parameter accepts its quotes. What it is not: protection. The root's private key follows from a
//! public seed and the fuses lie in a file, so the owner of the machine can do everything. It is a crate and a WASM package
//! of its own, never measured with the enclave, so that real hardware can take its place.
//!
//! - [`platform`]: one machine: its state and what it does for an enclave.
//! - [`processor`]: the keys that follow from the fuses, and the quoting enclave.
//! - [`pki`]: certificates, revocation lists and collateral.
//! - [`nvram`]: the machine's state as bytes. Whoever holds them keeps them safe and durable (`hardware/`).

#![forbid(unsafe_code)]
#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::panic
)]

mod certificate;
mod crl;
mod der;
pub mod error;
pub mod fuses;
pub mod identity;
pub mod nvram;
mod pck_extension;
pub mod pki;
pub mod platform;
pub mod processor;
mod signing_key;
mod surface;
mod tcb;

pub use error::PlatformError;
pub use identity::{Identity, SealPolicy};
pub use pki::{CollateralOptions, Pki};
pub use platform::Platform;
pub use processor::{Processor, ProcessorModel};
