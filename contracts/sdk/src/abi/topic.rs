//! Indexed arguments of events: what stands for a value in its topic.

use super::encode::WORD;
use super::{AbiType, Shape};
use crate::crypto::keccak256;

/// Most indexed arguments of an event; the first of four topics is the hash of its signature.
pub const MAX_INDEXED: usize = 3;

/// Whether values of this type can be indexed.
///
/// Solidity hashes arrays and structs in a form of their own where their parts are of dynamic size. No tool offers to
/// search for such a hash, so they are refused.
pub const fn can_be_indexed(shape: &Shape) -> bool {
    match shape {
        Shape::Array(element) => !element.is_dynamic(),
        Shape::FixedArray(..) | Shape::Tuple(_) | Shape::Struct(..) => !shape.is_dynamic(),
        _ => true,
    }
}

/// Appends the topic of an indexed argument: the value itself where it is one word, else the hash of its parts without a
/// length, as Solidity does.
pub fn push_topic<T: AbiType>(value: &T, topics: &mut Vec<u8>) {
    let mut body = Vec::new();
    value.encode(&mut body);
    let hashed = match const { T::SHAPE } {
        Shape::Named("string" | "bytes") => {
            // The length is that of bytes in memory, so its lowest four bytes are all of it.
            let length = body[WORD - 4..WORD]
                .iter()
                .fold(0, |sum, byte| (sum << 8) | usize::from(*byte));
            &body[WORD..WORD + length]
        }
        Shape::Array(_) => &body[WORD..],
        Shape::FixedArray(..) | Shape::Tuple(_) | Shape::Struct(..) => &body[..],
        _ => return topics.extend_from_slice(&body),
    };
    topics.extend_from_slice(keccak256(hashed).as_slice());
}
