//! The contracts that a task may touch beside the called one, as its record names them.

use super::{
    abi::Writer,
    bytes::{Address, Hash},
    limits,
};
use crate::crypto::keccak::keccak256;

/// `touchesHash` of none.
pub const NO_TOUCHES: Hash = [0; 32];

/// keccak256 of the addresses, each as a word; none where they are not what a record may name: ascending, distinct, at most seven,
/// and not the called contract.
pub fn touches_hash(called: &Address, touches: &[Address]) -> Option<Hash> {
    let ascending = touches.iter().zip(touches.iter().skip(1)).all(|(one, next)| one < next);
    if !ascending || touches.len() > limits::TOUCHES || touches.contains(called) {
        return None;
    }
    if touches.is_empty() {
        return Some(NO_TOUCHES);
    }
    let words = touches.iter().fold(Writer::default(), Writer::address);
    Some(keccak256(&words.finish()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_lists_that_a_record_may_name_have_a_hash() {
        let list = |bytes: &[u8]| bytes.iter().map(|byte| [*byte; 20]).collect::<Vec<_>>();
        let hash = |bytes: &[u8]| touches_hash(&[4; 20], &list(bytes));
        assert_eq!(hash(&[]), Some(NO_TOUCHES));
        assert!(hash(&[1, 2, 3]).is_some());
        assert!(hash(&[1, 2, 3, 5, 6, 7, 8]).is_some());
        for refused in [&[2, 1][..], &[1, 1], &[3, 4], &[1, 2, 3, 5, 6, 7, 8, 9]] {
            assert_eq!(hash(refused), None, "{refused:?}");
        }
    }
}
