//! The plaintext of a log entry: `count`, then keys in ascending order with their new value or absence.
//!
//! Decoding is strict (ascending keys, exact end), so that a delta has exactly one encoding.

use std::collections::BTreeMap;

/// Changes by key: a new value, or none where the key is removed.
pub type Delta = BTreeMap<Vec<u8>, Option<Vec<u8>>>;

/// Bytes that are not the encoding of a delta.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeltaError;

/// Bytes of a delta without changes.
pub const HEAD: usize = 4;

/// Bytes that a key with its new value, or its absence, takes in a delta.
pub fn entry_size(key: &[u8], value: Option<&[u8]>) -> usize {
    let value = value.map_or(0, |value| value.len().saturating_add(4));
    key.len().saturating_add(5).saturating_add(value)
}

/// `count(u32)`, then for each key `keyLength(u32) ‖ key ‖ 0x00` or `… ‖ 0x01 ‖ valueLength(u32) ‖ value`.
///
/// # Errors
/// [`DeltaError`] when a count or length is beyond 32 bits.
pub fn encode(delta: &Delta) -> Result<Vec<u8>, DeltaError> {
    let mut bytes = length(delta.len())?.to_vec();
    for (key, value) in delta {
        bytes.extend_from_slice(&length(key.len())?);
        bytes.extend_from_slice(key);
        match value {
            None => bytes.push(0),
            Some(value) => {
                bytes.push(1);
                bytes.extend_from_slice(&length(value.len())?);
                bytes.extend_from_slice(value);
            }
        }
    }
    Ok(bytes)
}

/// # Errors
/// [`DeltaError`] for anything that `encode` does not make.
pub fn decode(bytes: &[u8]) -> Result<Delta, DeltaError> {
    let mut rest = bytes;
    let count = take_length(&mut rest)?;
    let mut delta = Delta::new();
    for _ in 0..count {
        let key = take_sized(&mut rest)?;
        let (flag, after) = rest.split_first().ok_or(DeltaError)?;
        rest = after;
        let value = match flag {
            0 => None,
            1 => Some(take_sized(&mut rest)?),
            _ => return Err(DeltaError),
        };
        if delta.last_key_value().is_some_and(|(last, _)| *last >= key) {
            return Err(DeltaError);
        }
        delta.insert(key, value);
    }
    if rest.is_empty() { Ok(delta) } else { Err(DeltaError) }
}

fn length(value: usize) -> Result<[u8; 4], DeltaError> {
    u32::try_from(value).map(u32::to_be_bytes).map_err(|_| DeltaError)
}

fn take_length(rest: &mut &[u8]) -> Result<usize, DeltaError> {
    let (bytes, after) = rest.split_first_chunk::<4>().ok_or(DeltaError)?;
    *rest = after;
    usize::try_from(u32::from_be_bytes(*bytes)).map_err(|_| DeltaError)
}

fn take_sized(rest: &mut &[u8]) -> Result<Vec<u8>, DeltaError> {
    let size = take_length(rest)?;
    let (bytes, after) = rest.split_at_checked(size).ok_or(DeltaError)?;
    *rest = after;
    Ok(bytes.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_empty_delta_is_four_zero_bytes() {
        assert_eq!(encode(&Delta::new()).unwrap(), [0; 4]);
        assert!(decode(&[]).is_err());
        assert!(decode(&[0, 0, 0, 0, 0]).is_err());
    }

    #[test]
    fn refuses_keys_out_of_order_or_twice() {
        let entry = |key: u8| [0, 0, 0, 1, key, 0];
        let of = |a: u8, b: u8| [&[0, 0, 0, 2][..], &entry(a), &entry(b)].concat();
        assert!(decode(&of(1, 2)).is_ok());
        assert!(decode(&of(2, 1)).is_err());
        assert!(decode(&of(1, 1)).is_err());
    }

    proptest! {
        #[test]
        fn decoding_inverts_encoding(delta in proptest::collection::btree_map(
            proptest::collection::vec(any::<u8>(), 0..20), proptest::option::of(proptest::collection::vec(any::<u8>(), 0..20)), 0..20)) {
            prop_assert_eq!(decode(&encode(&delta).unwrap()).unwrap(), delta);
        }

        #[test]
        fn what_decodes_encodes_to_the_same_bytes(bytes in proptest::collection::vec(0..3u8, 0..40)) {
            if let Ok(delta) = decode(&bytes) {
                prop_assert_eq!(encode(&delta).unwrap(), bytes);
            }
        }
    }
}
