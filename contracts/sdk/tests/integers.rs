//! 256-bit integers.

use enigma_contract::prelude::*;
use proptest::prelude::*;

#[test]
#[should_panic(expected = "attempt to add with overflow")]
fn a_sum_that_does_not_fit_panics() {
    let _ = U256::MAX + U256::ONE;
}

#[test]
#[should_panic(expected = "attempt to subtract with overflow")]
fn a_difference_below_zero_panics() {
    let _ = U256::ZERO - U256::ONE;
}

#[test]
#[should_panic(expected = "attempt to multiply with overflow")]
fn a_product_that_does_not_fit_panics() {
    let _ = I256::MIN * I256::from(-1i64);
}

#[test]
#[should_panic(expected = "attempt to divide by zero")]
fn a_division_by_zero_panics() {
    let _ = U256::ONE / U256::ZERO;
}

#[test]
#[should_panic(expected = "attempt to subtract with overflow")]
fn the_smallest_number_has_no_negation() {
    let _ = -I256::MIN;
}

#[test]
fn a_number_that_does_not_fit_a_smaller_type_is_refused() {
    assert_eq!(u64::try_from(U256::from(u64::MAX)), Ok(u64::MAX));
    assert!(u64::try_from(U256::from(u64::MAX) + U256::ONE).is_err());
    assert!(u128::try_from(U256::MAX).is_err());
}

proptest! {
    #[test]
    fn agrees_with_128_bit_arithmetic(a in any::<u64>(), b in 1..u64::MAX) {
        let (wide_a, wide_b) = (U256::from(a), U256::from(b));
        prop_assert_eq!(wide_a + wide_b, U256::from(u128::from(a) + u128::from(b)));
        prop_assert_eq!(wide_a * wide_b, U256::from(u128::from(a) * u128::from(b)));
        prop_assert_eq!(wide_a / wide_b, U256::from(a / b));
        prop_assert_eq!(wide_a % wide_b, U256::from(a % b));
        prop_assert_eq!(wide_a.checked_sub(wide_b).map(|difference| difference + wide_b), (a >= b).then_some(wide_a));
        prop_assert_eq!((wide_a << 3) >> 3, wide_a);
    }

    #[test]
    fn signed_numbers_agree_with_128_bit_arithmetic(a in any::<i64>(), b in any::<i64>()) {
        let (wide_a, wide_b) = (I256::from(a), I256::from(b));
        prop_assert_eq!(wide_a + wide_b, I256::from(i128::from(a) + i128::from(b)));
        prop_assert_eq!(wide_a - wide_b, I256::from(i128::from(a) - i128::from(b)));
        prop_assert_eq!(wide_a * wide_b, I256::from(i128::from(a) * i128::from(b)));
        prop_assert_eq!(wide_a.cmp(&wide_b), a.cmp(&b));
        prop_assert_eq!((-wide_a).to_string(), (-i128::from(a)).to_string());
    }

    #[test]
    fn reads_what_it_prints(bytes in any::<[u8; 32]>()) {
        let number = U256::from_be_bytes(bytes);
        prop_assert_eq!(number.to_string().parse(), Ok(number));
    }
}
