//! The factorisation, natively.

use enigma_contract::testing::{Env, Outcome, address, calldata};
use factorisation::{Error, Factorisation, Factors, PrimePower};

/// Two primes of 62 bits, and the two largest ones of 32 bits.
const HARD: [u128; 2] = [(1 << 61) - 1, (1 << 62) - 57];
const HALF: [u128; 2] = [4_294_967_291, 4_294_967_279];

fn ask(number: u128) -> Outcome {
    let env = Env::new();
    env.set_gas_left(1_000_000_000);
    env.deploy::<Factorisation>(&());
    env.call::<Factorisation>(address(1), &calldata("factorise(uint128)", &number))
}

fn complete(powers: &[(u128, u8)]) -> Factors {
    let powers = powers.iter();
    Factors {
        powers: powers
            .map(|&(prime, exponent)| PrimePower { prime, exponent })
            .collect(),
        rest: 1,
    }
}

#[test]
fn it_finds_the_factors_of_every_small_number() {
    for number in 1..3_000u128 {
        let Factors { powers, rest } = ask(number).result();
        let product: u128 = powers
            .iter()
            .map(|power| power.prime.pow(power.exponent.into()))
            .product();
        assert_eq!((product, rest), (number, 1));
        assert!(powers.is_sorted_by(|left, right| left.prime < right.prime));
        for PrimePower { prime, .. } in powers {
            assert!(
                (2..prime)
                    .take_while(|d| d * d <= prime)
                    .all(|d| !prime.is_multiple_of(d)),
                "{prime}"
            );
        }
    }
}

#[test]
fn it_finds_the_factors_of_the_hardest_numbers_of_64_bits() {
    let [larger, smaller] = HALF;
    assert_eq!(
        ask(larger * smaller).result::<Factors>(),
        complete(&[(smaller, 1), (larger, 1)])
    );
    assert_eq!(ask(larger * larger).result::<Factors>(), complete(&[(larger, 2)]));
    assert_eq!(ask(u64::MAX.into()).result::<Factors>().rest, 1);
}

#[test]
fn it_finds_many_factors_and_large_primes() {
    let primorial = [
        2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101,
    ];
    let powers: Vec<(u128, u8)> = primorial.map(|prime| (prime, 1)).to_vec();
    assert_eq!(ask(primorial.iter().product()).result::<Factors>(), complete(&powers));
    assert_eq!(ask(1 << 127).result::<Factors>(), complete(&[(2, 127)]));
    let prime = (1u128 << 127) - 1;
    assert_eq!(ask(prime).result::<Factors>(), complete(&[(prime, 1)]));
    let smooth = [257u128, 257, 263, 65_537, 1_000_003, 1_000_003, 4_294_967_291];
    let found = complete(&[(257, 2), (263, 1), (65_537, 1), (1_000_003, 2), (4_294_967_291, 1)]);
    assert_eq!(ask(smooth.iter().product()).result::<Factors>(), found);
}

#[test]
fn what_is_too_hard_is_left_over() {
    let rest = HARD[0] * HARD[1];
    let Factors { powers, rest: left } = ask(rest * 6).result();
    assert_eq!((powers, left), (complete(&[(2, 1), (3, 1)]).powers, rest));
}

#[test]
fn nothing_has_the_factors_of_zero() {
    assert!(ask(0).is_error(&Error::Zero));
    assert_eq!(ask(1).result::<Factors>(), complete(&[]));
}
