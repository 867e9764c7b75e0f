//! The cryptography of ARCHITECTURE.md section 2.6, each construction in a file of its own.

pub mod aead;
pub mod contract_keys;
pub mod host_functions;
pub mod keccak;
pub mod padding;
pub mod random_stream;
pub mod secret;
pub mod session_keys;
pub mod signing;
