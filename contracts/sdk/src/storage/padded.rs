//! Values that take the same room in the store whatever they are, also where they are absent.
//!
//! A stored value is `first 8 bytes of the task id ‖ length (u32, big-endian) ‖ abi.encode ‖ zeros`, 12 bytes and the capacity; an
//! absent one has the length 2^32 - 1. The enclave leaves out of a task's delta what was put back to what it was: by the
//! task's id a value that is written again is another one, so that writing it again looks like changing it.

use super::decode_stored;
use crate::abi::{AbiType, encode};
use crate::host::{Host, host};

const MARK: usize = 8;
const LENGTH: usize = 4;
const HEAD: usize = MARK + LENGTH;
const ABSENT: u32 = u32::MAX;
/// Longest value of the store, in bytes.
const MOST: usize = 65_536;

/// Whether a padded value can have so many bytes.
pub(super) const fn is_capacity(bytes: usize) -> bool {
    bytes <= MOST - HEAD
}

/// What stands in the store for a value or its absence.
///
/// # Panics
/// Where the encoding of the value has more than `capacity` bytes.
pub(super) fn pad<T: AbiType>(value: Option<&T>, capacity: usize) -> Vec<u8> {
    let encoded = value.map(encode).unwrap_or_default();
    assert!(
        encoded.len() <= capacity,
        "a value of {} bytes does not fit into the {capacity} of its padded field",
        encoded.len()
    );
    let length = if value.is_some() { encoded.len() as u32 } else { ABSENT };
    let mut stored = Vec::with_capacity(HEAD + capacity);
    stored.extend_from_slice(&host().task_id()[..MARK]);
    stored.extend_from_slice(&length.to_be_bytes());
    stored.extend_from_slice(&encoded);
    stored.resize(HEAD + capacity, 0);
    stored
}

/// The value that was padded, or none where it is absent.
///
/// # Panics
/// Where the bytes were not made by [`pad`] of a value of this type.
pub(super) fn unpad<T: AbiType>(stored: &[u8]) -> Option<T> {
    let length = stored.get(MARK..HEAD).and_then(|bytes| bytes.first_chunk());
    let length = u32::from_be_bytes(*length.unwrap_or(&[0; LENGTH]));
    if length == ABSENT {
        return None;
    }
    let encoded = stored.get(HEAD..).and_then(|rest| rest.get(..length as usize));
    Some(decode_stored(encoded.unwrap_or_default()))
}
