//! Pollard's rho method as Brent has improved it.
//!
//! The sequence x → x² + c runs into a cycle modulo a divisor p after about √p steps, long before it does modulo the number. There
//! two of its values differ by a multiple of p, which the greatest common divisor shows. Differences are multiplied
//! together, so that one such divisor is computed for many steps.

use crate::modular::Modulus;

/// Steps whose differences are multiplied together.
const BATCH: u32 = 64;

/// A search that has a limited number of steps for all numbers together.
#[derive(Debug)]
pub struct Search {
    steps_left: u32,
}

impl Search {
    /// A search of so many steps.
    pub fn new(steps: u32) -> Self {
        Self { steps_left: steps }
    }

    /// A divisor of an odd composite other than 1 and itself, or none where the steps do not suffice. Below some hundreds a
    /// composite can be one whose sequences all fail: small divisors are tried before.
    pub fn divisor(&mut self, composite: u128) -> Option<u128> {
        let modulus = Modulus::new(composite);
        let mut constant = modulus.one();
        while self.steps_left > 0 {
            let found = self.run(&modulus, constant)?;
            if found < composite {
                return Some(found);
            }
            // All cycles closed at the same step; another sequence parts them.
            constant = modulus.add(constant, modulus.one());
        }
        None
    }

    /// What the sequence with this constant shows: a divisor greater than 1, perhaps the number itself.
    fn run(&mut self, modulus: &Modulus, constant: u128) -> Option<u128> {
        let next = |x: u128| modulus.add(modulus.multiply(x, x), constant);
        let mut ahead = constant;
        // Brent: compare with the value at the last power of two.
        let mut stretch = 1;
        loop {
            let fixed = ahead;
            for _ in 0..stretch {
                ahead = next(ahead);
            }
            self.take_steps(stretch)?;
            let mut done = 0;
            while done < stretch {
                let batch = BATCH.min(stretch - done);
                let start = ahead;
                let mut product = modulus.one();
                for _ in 0..batch {
                    ahead = next(ahead);
                    product = modulus.multiply(product, fixed.abs_diff(ahead));
                }
                self.take_steps(batch)?;
                let divisor = greatest_common_divisor(product, modulus.value());
                if divisor > 1 {
                    return Some(first_divisor(modulus, fixed, start, next));
                }
                done += batch;
            }
            stretch = stretch.checked_mul(2)?;
        }
    }

    fn take_steps(&mut self, count: u32) -> Option<()> {
        let left = self.steps_left.checked_sub(count);
        self.steps_left = left.unwrap_or(0);
        left.map(|_| ())
    }
}

/// Goes through a batch again, step by step: in the product several divisors may have come together.
fn first_divisor(modulus: &Modulus, fixed: u128, start: u128, next: impl Fn(u128) -> u128) -> u128 {
    let mut ahead = start;
    loop {
        ahead = next(ahead);
        let divisor = greatest_common_divisor(fixed.abs_diff(ahead), modulus.value());
        if divisor > 1 {
            return divisor;
        }
    }
}

/// By halving and subtracting, since divisions are dear; the second number is odd.
fn greatest_common_divisor(mut left: u128, mut right: u128) -> u128 {
    while left != 0 {
        left >>= left.trailing_zeros();
        if left < right {
            (left, right) = (right, left);
        }
        left -= right;
    }
    right
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_greatest_common_divisor_is_euclids() {
        let euclid = |mut left: u128, mut right: u128| {
            while right != 0 {
                (left, right) = (right, left % right);
            }
            left
        };
        for left in 0..200 {
            for right in (1..200).step_by(2) {
                assert_eq!(greatest_common_divisor(left, right), euclid(left, right));
            }
        }
    }

    #[test]
    fn it_finds_a_divisor_of_every_product_of_two_or_three_primes() {
        let is_prime = |number: &u128| (2..*number).all(|divisor| !number.is_multiple_of(divisor));
        let primes: Vec<u128> = (257..500).filter(is_prime).collect();
        let products =
            |of: &[u128]| -> Vec<u128> { of.iter().flat_map(|n| primes.iter().map(move |p| n * p)).collect() };
        let pairs = products(&primes);
        let triples = products(&pairs);
        for number in pairs.into_iter().chain(triples.into_iter().step_by(7)) {
            let divisor = Search::new(10_000).divisor(number).unwrap();
            assert!(
                divisor > 1 && divisor < number && number.is_multiple_of(divisor),
                "{number}"
            );
        }
    }

    #[test]
    fn it_gives_up_where_the_steps_do_not_suffice() {
        let (one, other) = (4_294_967_291u128, 4_294_967_279);
        assert_eq!(Search::new(1_000).divisor(one * other), None);
        let divisor = Search::new(1 << 20).divisor(one * other).unwrap();
        assert!([one, other].contains(&divisor));
    }
}
