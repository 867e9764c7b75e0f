//! Sizes that are part of the protocol: ARCHITECTURE.md section 2.8. In bytes where nothing else is said.

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
/// The largest state of a contract, in the form of a checkpoint in one part.
pub const STATE: usize = 8 << 20;
/// The largest frame of an ecall's answer, which no answer may reach: the host ends an enclave that sends more.
pub const FRAME: usize = 96 << 20;
/// How much the results of one ecall may hold before it takes no further task. What comes above it is one task: a delta and a
/// checkpoint of each of its contracts, an output and effects.
pub const BATCH: usize = 8 << 20;
/// How much more than the state the deltas since the last checkpoint may hold before the next one.
pub const CHECKPOINT_SLACK: usize = 4_096;
/// The most contracts that a task may touch beside the called one.
pub const TOUCHES: usize = 7;
/// The most contracts that wait for each other in one task, the called one included.
pub const CALL_DEPTH: usize = 4;
/// The most effects of a task, the callback of an ordered call not counted.
pub const EFFECTS: usize = 32;
/// The most bytes of data that these effects may hold together.
pub const EFFECT_DATA: usize = 65_536;
/// The most bytes of a result, revert reason or panic message that a callback carries.
pub const CALLBACK_PAYLOAD: usize = 8_192;
/// The most gas of a view.
pub const VIEW_GAS: u64 = 100_000_000;
