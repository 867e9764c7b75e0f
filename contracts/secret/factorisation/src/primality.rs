//! Miller's and Rabin's test, with bases that the enclave draws: for fixed ones somebody could make up a composite that passes.

use crate::modular::Modulus;
use enigma_contract::Context;

/// A composite passes a round with a probability of at most a quarter.
const ROUNDS: usize = 20;

/// Whether an odd number greater than 1 is prime.
pub(crate) fn is_prime(number: u128, ctx: &mut Context) -> bool {
    let modulus = Modulus::new(number);
    let twos = (number - 1).trailing_zeros();
    (0..ROUNDS).all(|_| {
        // As good as a base that stands for itself: all of them are equally likely.
        let base = ctx.random::<u128>() % number;
        base == 0 || passes(&modulus, base, (number - 1) >> twos, twos)
    })
}

/// Whether base^odd is 1, or one of its first squares is -1.
fn passes(modulus: &Modulus, base: u128, odd: u128, twos: u32) -> bool {
    let mut power = raise(modulus, base, odd);
    if power == modulus.one() {
        return true;
    }
    for _ in 1..twos {
        if power == modulus.minus_one() {
            return true;
        }
        power = modulus.multiply(power, power);
    }
    power == modulus.minus_one()
}

fn raise(modulus: &Modulus, base: u128, exponent: u128) -> u128 {
    let bits = (0..u128::BITS - exponent.leading_zeros()).rev();
    bits.fold(modulus.one(), |power, bit| {
        let square = modulus.multiply(power, power);
        if exponent >> bit & 1 == 1 {
            modulus.multiply(square, base)
        } else {
            square
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use enigma_contract::testing::Env;

    #[test]
    fn it_tells_the_primes_below_a_thousand_from_the_other_odd_numbers() {
        let env = Env::new();
        for number in (3..1_000u128).step_by(2) {
            let has_divisor = (2..number).any(|divisor| number.is_multiple_of(divisor));
            assert_eq!(is_prime(number, &mut env.context()), !has_divisor, "{number}");
        }
    }

    #[test]
    fn it_tells_large_primes_and_composites_that_look_like_them() {
        let env = Env::new();
        let primes = [
            (1 << 61) - 1,
            (1 << 89) - 1,
            (1 << 107) - 1,
            (1 << 127) - 1,
            u128::MAX - 158,
        ];
        for prime in primes {
            assert!(is_prime(prime, &mut env.context()), "{prime}");
        }
        // Numbers of Carmichael, a strong pseudoprime to the bases 2 to 41, and products of two primes.
        let composites = [
            561,
            41_041,
            825_265,
            3_317_044_064_679_887_385_961_981,
            ((1 << 61) - 1) * ((1 << 61) - 1),
        ];
        for composite in composites {
            assert!(!is_prime(composite, &mut env.context()), "{composite}");
        }
    }
}
