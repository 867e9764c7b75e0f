//! Sizes that are part of the protocol: ARCHITECTURE.md section 2.8. All in bytes.

use crate::crypto::aead;

/// The largest module.
pub const MODULE: usize = 1 << 20;
/// The largest padded plaintext of an input or output.
pub const PADDED_MESSAGE: usize = 262_144;
/// The largest encrypted input or output.
pub const ENCRYPTED_MESSAGE: usize = PADDED_MESSAGE + aead::OVERHEAD;
/// The largest plaintext of an output: one byte short of the bucket, for the padding's marker.
pub const OUTPUT_PLAINTEXT: usize = PADDED_MESSAGE - 1;
/// The largest plaintext of a log entry: one byte short of the bucket of 1 MiB, for the padding's marker.
pub const DELTA: usize = (1 << 20) - 1;
/// The largest storage proof that an ecall takes.
pub const PROOF: usize = 65_536;
