//! Arithmetic modulo an odd number of up to 128 bits, in Montgomery's form: `x` stands for `x · 2^128`, so that a product is
//! reduced with multiplications alone.

/// An odd modulus greater than 1.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Modulus {
    value: u128,
    /// `value · inverse = 1` modulo 2^128.
    inverse: u128,
    /// 2^128 modulo `value`: what stands for 1.
    one: u128,
}

impl Modulus {
    pub(crate) fn new(value: u128) -> Self {
        debug_assert!(value > 1 && value % 2 == 1);
        // Right in the lowest three bits; each of Newton's steps doubles them.
        let mut inverse = value;
        for _ in 0..6 {
            let error = 2u128.wrapping_sub(value.wrapping_mul(inverse));
            inverse = inverse.wrapping_mul(error);
        }
        let one = (u128::MAX % value + 1) % value;
        Self { value, inverse, one }
    }

    pub(crate) fn value(&self) -> u128 {
        self.value
    }

    /// What stands for 1.
    pub(crate) fn one(&self) -> u128 {
        self.one
    }

    /// What stands for -1.
    pub(crate) fn minus_one(&self) -> u128 {
        self.value - self.one
    }

    pub(crate) fn add(&self, left: u128, right: u128) -> u128 {
        let (sum, carry) = left.overflowing_add(right);
        if carry || sum >= self.value {
            sum.wrapping_sub(self.value)
        } else {
            sum
        }
    }

    pub(crate) fn multiply(&self, left: u128, right: u128) -> u128 {
        let (high, low) = wide_product(left, right);
        let multiple = low.wrapping_mul(self.inverse);
        let (reduction, _) = wide_product(multiple, self.value);
        let (difference, borrow) = high.overflowing_sub(reduction);
        if borrow {
            difference.wrapping_add(self.value)
        } else {
            difference
        }
    }
}

/// High and low half of a product.
fn wide_product(left: u128, right: u128) -> (u128, u128) {
    let (left_high, left_low) = (left >> 64, left & u128::from(u64::MAX));
    let (right_high, right_low) = (right >> 64, right & u128::from(u64::MAX));
    let low = left_low.wrapping_mul(right_low);
    let (middle, carry) = left_low
        .wrapping_mul(right_high)
        .overflowing_add(left_high.wrapping_mul(right_low));
    let (low, low_carry) = low.overflowing_add(middle << 64);
    let high = left_high
        .wrapping_mul(right_high)
        .wrapping_add(middle >> 64)
        .wrapping_add(u128::from(carry) << 64)
        .wrapping_add(u128::from(low_carry));
    (high, low)
}

#[cfg(test)]
mod tests {
    use super::*;
    use enigma_contract::primitives::{U256, U512};

    /// Odd numbers of all sizes.
    fn moduli() -> impl Iterator<Item = u128> {
        (2..=128).map(|bits| (u128::MAX >> (128 - bits)) & !(1 << (bits / 2)) | 1)
    }

    #[test]
    fn a_product_is_that_of_all_its_bits() {
        for value in moduli() {
            let (high, low) = wide_product(value, u128::MAX);
            let expected = U256::from(value) * U256::from(u128::MAX);
            assert_eq!((U256::from(high) << 128usize) + U256::from(low), expected);
        }
    }

    #[test]
    fn products_and_sums_are_those_of_the_numbers_that_they_stand_for() {
        for value in moduli().filter(|value| *value > 1) {
            let modulus = Modulus::new(value);
            let stands_for = |number: u128| {
                let wide = (U512::from(number) << 128usize) % U512::from(value);
                u128::try_from(wide).unwrap()
            };
            assert_eq!(modulus.one(), stands_for(1));
            let (left, right) = (value - 1, value / 3 + 1);
            let product = (U256::from(left) * U256::from(right) % U256::from(value)).to::<u128>();
            assert_eq!(
                modulus.multiply(stands_for(left), stands_for(right)),
                stands_for(product)
            );
            let sum = ((U256::from(left) + U256::from(right)) % U256::from(value)).to::<u128>();
            assert_eq!(modulus.add(stands_for(left), stands_for(right)), stands_for(sum));
            assert_eq!(modulus.minus_one(), stands_for(left));
        }
    }
}
