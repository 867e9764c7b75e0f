//! Which worker of a snapshot serves a group of contracts.

use k256::elliptic_curve::bigint::{NonZero, U256};

use super::{
    abi::Writer,
    bytes::{Address, Hash},
};
use crate::crypto::keccak::keccak256;

/// The index of the selected worker: the first whose cumulative stake exceeds
/// `uint256(keccak256(abi.encode(seed, group))) mod totalStake`. `cumulative_stakes` are 256-bit big-endian integers in
/// order of first log-in; none where there is no stake.
pub fn select(seed: &Hash, group: &Address, cumulative_stakes: &[Hash]) -> Option<usize> {
    let total = U256::from_be_slice(cumulative_stakes.last()?);
    let total = Option::<NonZero<U256>>::from(NonZero::new(total))?;
    let toss = U256::from_be_slice(&keccak256(&Writer::default().hash(seed).address(group).finish()));
    // The toss and the stakes are public: the time this takes tells nothing.
    let remainder: Hash = toss.rem_vartime(&total).to_be_bytes().into();
    cumulative_stakes.iter().position(|stake| *stake > remainder)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::bytes::word;
    use proptest::prelude::*;

    #[test]
    fn nobody_is_selected_without_stake() {
        assert_eq!(select(&[1; 32], &[2; 20], &[]), None);
        assert_eq!(select(&[1; 32], &[2; 20], &[word(0u8), word(0u8)]), None);
    }

    #[test]
    fn a_worker_without_stake_is_never_selected() {
        for group in 0..100u8 {
            let selected = select(&[1; 32], &[group; 20], &[word(0u8), word(5u8), word(5u8), word(9u8)]).unwrap();
            assert!(selected == 1 || selected == 3);
        }
    }

    proptest! {
        #[test]
        fn somebody_is_selected_where_there_is_stake(seed in any::<[u8; 32]>(), group in any::<[u8; 20]>(), stakes in proptest::collection::vec(1..1000u32, 1..20)) {
            let mut sum = 0u32;
            let cumulative: Vec<Hash> = stakes.iter().map(|stake| { sum += stake; word(sum) }).collect();
            prop_assert!(select(&seed, &group, &cumulative).unwrap() < stakes.len());
        }
    }
}
