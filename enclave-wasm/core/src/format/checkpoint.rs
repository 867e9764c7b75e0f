//! A contract's whole state as entries of its log, so that joining costs the state's size and not its age.

use super::{
    delta::{self, Delta, DeltaError},
    limits,
};

/// Whether a contract appends a checkpoint after its delta: `deltas` are the plaintext bytes of all deltas since the last one, this
/// one included, `state` those of the state in one part.
pub fn is_due(deltas: usize, state: usize) -> bool {
    deltas > state.saturating_add(limits::CHECKPOINT_SLACK)
}

/// The plaintexts of a checkpoint's parts: keys in ascending order, each part as full as it can be. An empty state has one
/// empty part.
///
/// # Errors
/// [`DeltaError`], which no state that tasks can make is known to cause.
pub fn parts<'a>(state: impl Iterator<Item = (&'a [u8], &'a [u8])>) -> Result<Vec<Vec<u8>>, DeltaError> {
    let mut parts = Vec::new();
    let (mut part, mut size) = (Delta::new(), delta::HEAD);
    for (key, value) in state {
        let entry = delta::entry_size(key, Some(value));
        if size.saturating_add(entry) > limits::DELTA {
            parts.push(delta::encode(&part)?);
            (part, size) = (Delta::new(), delta::HEAD);
        }
        part.insert(key.to_vec(), Some(value.to_vec()));
        size = size.saturating_add(entry);
    }
    parts.push(delta::encode(&part)?);
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::aead;

    #[test]
    fn an_empty_state_is_one_empty_part() {
        assert_eq!(parts(std::iter::empty()).unwrap(), [vec![0; 4]]);
    }

    #[test]
    fn parts_fit_into_entries_of_the_log_and_hold_the_state_in_order() {
        let value = vec![7; 65_000];
        let keys: Vec<[u8; 1]> = (0..40).map(|key| [key]).collect();
        let parts = parts(keys.iter().map(|key| (&key[..], &value[..]))).unwrap();
        assert!(parts.len() == 3 && parts.iter().all(|part| part.len() <= limits::DELTA));
        let read: Vec<Vec<u8>> = parts
            .iter()
            .flat_map(|part| delta::decode(part).unwrap().into_keys())
            .collect();
        assert_eq!(read, keys.iter().map(|key| key.to_vec()).collect::<Vec<_>>());
    }

    /// The largest entry closes the smallest part.
    #[test]
    fn the_largest_state_in_the_smallest_parts_fits_eight_times_into_a_frame_with_a_batch() {
        let (key, value) = (vec![1; 1_024], vec![2; 65_536]);
        let largest = delta::entry_size(&key, Some(&value));
        let smallest_part = limits::DELTA - largest + 1;
        let parts = limits::STATE.div_ceil(smallest_part - delta::HEAD);
        assert_eq!(parts, 9);
        let entry = aead::OVERHEAD + limits::DELTA + 1 + 512;
        let task = (limits::TOUCHES + 1) * (1 + parts) * entry + limits::ENCRYPTED_MESSAGE + 2 * limits::EFFECT_DATA;
        assert!(limits::BATCH + task < limits::FRAME);
    }

    #[test]
    fn the_rule_compares_the_deltas_with_the_state_and_some_slack() {
        assert!(!is_due(4_096 + 10, 10));
        assert!(is_due(4_097 + 10, 10));
    }
}
