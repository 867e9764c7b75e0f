//! The Solidity ABI: how arguments, results, errors and stored values are written as bytes.
//!
//! The codec is our own because contracts need what general ones lack: one encoding for each value (see `decode.rs`),
//! `u8` as `uint8`, shapes at compile time, and a few kilobytes of code.

mod decode;
mod encode;
mod integers;
pub mod json;
pub mod selector;
mod sequences;
mod shape;
pub mod topic;
mod words;

pub use decode::{Malformed, Reader, SequenceDecoder, decode, decode_padded};
pub use encode::{SequenceEncoder, encode};
pub use shape::{Field, Shape};

/// A type of the Solidity ABI: it can be an argument, a result, part of an error or a stored value.
///
/// `#[derive(AbiType)]` implements it for structs, and for enums without data, which are `uint8`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a type of the Solidity ABI",
    label = "cannot be an argument, a result or a stored value",
    note = "use bool, u8 to u128, i8 to i128, U256, I256, Address, FixedBytes<N>, Bytes, String, Vec<T>, [T; N] or a tuple of these, \
            or a struct with #[derive(AbiType)]"
)]
pub trait AbiType: Sized {
    /// The type in the ABI.
    const SHAPE: Shape;

    /// Whether values lie in the tail, behind an offset.
    const DYNAMIC: bool = Self::SHAPE.is_dynamic();

    /// Bytes taken in the head of a surrounding tuple.
    const HEAD_SIZE: usize = Self::SHAPE.head_size();

    /// Appends the body of the value.
    fn encode(&self, out: &mut Vec<u8>);

    /// Reads the body of a value and leaves the reader behind it.
    ///
    /// # Errors
    /// [`Malformed`] where the bytes are not what `encode` writes.
    fn decode(reader: &mut Reader<'_>) -> Result<Self, Malformed>;
}
