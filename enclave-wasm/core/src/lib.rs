//! Everything the enclave decides, without anything of the browser, of Node or of a particular engine.
//!
//! The crate is driven through [`ecall::Enclave::ecall`]: a name and CBOR bytes in, CBOR bytes or an error out. Hardware
//! (quotes, sealing keys, counter, randomness) and the WebAssembly engine are parameters, so that the same code runs
//! inside the measured package and in native tests.
//!
//! Invariants, whatever the host sends:
//! - nothing panics, and no request allocates more than a multiple of its own size;
//! - no plaintext, key or decrypted length leaves except under a key of its reader;
//! - what is refused changes nothing;
//! - the same task on the same state under the same keys gives the same bytes in every enclave.
#![forbid(unsafe_code)]
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
#![cfg_attr(
    test,
    allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)
)]

pub mod attested_peer;
pub mod auditor;
pub mod crypto;
pub mod ecall;
pub mod format;
pub mod hardware;
pub mod key_grant;
pub mod principal;
pub mod sealing;
#[cfg(feature = "debug")]
pub mod simulation;
pub mod task;
pub mod worker;
