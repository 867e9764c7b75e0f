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

    #[test]
    fn the_rule_compares_the_deltas_with_the_state_and_some_slack() {
        assert!(!is_due(4_096 + 10, 10));
        assert!(is_due(4_097 + 10, 10));
    }
}
