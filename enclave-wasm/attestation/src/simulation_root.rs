//! The root certificate of the simulated processors.
//!
//! Its private key follows from a public seed (`enigma-platform`), so anybody can make quotes under it: it stands for
//! Intel's root in development and protects nothing. A build for real hardware names Intel's root instead.

/// DER of "Enigma Simulated SGX Root CA". A test of `enigma-platform` makes it again from the seed.
pub const SIMULATION_ROOT_DER: &[u8] = include_bytes!("simulation_root.der");
