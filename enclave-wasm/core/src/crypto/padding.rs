//! ISO/IEC 7816-4 padding to buckets, so that a ciphertext tells the size of its plaintext only roughly.
//!
//! The padded length is the smallest of 64, 128, 256, … bytes that is larger than the plaintext. Only that one form is
//! accepted back: a longer bucket than needed is malformed, so a plaintext has exactly one padded form.

/// The smallest bucket, in bytes.
pub const SMALLEST_BUCKET: usize = 64;

/// The padding of a decrypted plaintext is not the one form that `pad` makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MalformedPadding;

/// Size in bytes of the bucket for a plaintext of `length` bytes; none where that is beyond the address space.
pub fn bucket(length: usize) -> Option<usize> {
    length.checked_add(1)?.max(SMALLEST_BUCKET).checked_next_power_of_two()
}

/// `plaintext ‖ 0x80 ‖ 0x00…` up to its bucket.
pub fn pad(plaintext: &[u8]) -> Vec<u8> {
    // A slice is at most isize::MAX bytes long, so its bucket always exists.
    let size = bucket(plaintext.len()).unwrap_or(usize::MAX);
    let mut padded = Vec::with_capacity(size);
    padded.extend_from_slice(plaintext);
    padded.push(0x80);
    padded.resize(size, 0);
    padded
}

/// What `pad` was given.
///
/// # Errors
/// [`MalformedPadding`] for anything that `pad` does not make.
pub fn unpad(padded: &[u8]) -> Result<&[u8], MalformedPadding> {
    let end = padded.iter().rposition(|&byte| byte != 0).ok_or(MalformedPadding)?;
    if padded.get(end) != Some(&0x80) || bucket(end) != Some(padded.len()) {
        return Err(MalformedPadding);
    }
    padded.get(..end).ok_or(MalformedPadding)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_full_bucket_moves_to_the_next() {
        assert_eq!(pad(&[1; 63]).len(), 64);
        assert_eq!(pad(&[1; 64]).len(), 128);
        assert_eq!(pad(&[]).len(), 64);
    }

    #[test]
    fn refuses_a_larger_bucket_than_needed_and_missing_markers() {
        let mut wide = vec![0x80];
        wide.resize(128, 0);
        assert_eq!(unpad(&wide), Err(MalformedPadding));
        assert_eq!(unpad(&[0; 64]), Err(MalformedPadding));
        assert_eq!(unpad(&[]), Err(MalformedPadding));
        assert_eq!(unpad(&[0x80]), Err(MalformedPadding));
    }

    proptest! {
        #[test]
        fn unpad_inverts_pad(plaintext in proptest::collection::vec(any::<u8>(), 0..1000)) {
            let padded = pad(&plaintext);
            prop_assert!(padded.len() > plaintext.len() && padded.len().is_power_of_two());
            prop_assert_eq!(unpad(&padded).unwrap(), plaintext.as_slice());
        }

        #[test]
        fn whatever_unpads_is_what_pad_makes(bytes in proptest::collection::vec(prop_oneof![Just(0u8), Just(0x80), any::<u8>()], 64..=64)) {
            if let Ok(plaintext) = unpad(&bytes) {
                prop_assert_eq!(pad(plaintext), bytes);
            }
        }
    }
}
