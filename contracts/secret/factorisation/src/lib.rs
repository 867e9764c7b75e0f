//! The prime factors of a number that nobody sees but who asks.
//!
//! The work is bounded: small divisors are tried, then Pollard's rho method searches for a limited number of steps. That finds
//! every prime factor but the two largest ones, as long as they have some 30 bits or fewer: all factors of any number below 2^64.
//! What is left over is a product of larger primes, which this service does not take apart.
//!
//! What everybody sees: who asked, and when. How long the search took would tell what kind of number it is, and so would a task that
//! fails on a hard one. So every call costs the same gas, and a number that is too hard is an answer (`rest`), not an error.

#![forbid(unsafe_code)]

mod modular;
mod primality;
mod rho;

use enigma_contract::prelude::*;
pub use rho::Search;

/// Steps of the search for a number, in all.
pub const MAX_STEPS: u32 = 1 << 17;
/// Gas of every call; a number that is too hard takes a little less.
const COST: u64 = 320_000_000;
/// The longest answer: the product of the first 26 primes has the most different ones.
const ANSWER_BYTES: usize = 4 * 32 + 26 * 64;

/// Divisors below this one are tried one by one.
const SMALL_DIVISORS: u64 = 256;

/// Nothing is remembered.
#[contract_storage]
pub struct Factorisation {}

/// A prime and how often it divides the number.
#[derive(AbiType, Debug, Clone, Copy, PartialEq, Eq)]
pub struct PrimePower {
    /// The prime.
    pub prime: u128,
    /// How often.
    pub exponent: u8,
}

/// What was found.
#[derive(AbiType, Debug, Clone, PartialEq, Eq)]
pub struct Factors {
    /// The prime factors that were found, smallest first.
    pub powers: Vec<PrimePower>,
    /// What they leave of the number: 1 where the answer is complete, else a product of primes that was too hard.
    pub rest: u128,
}

/// Why a call was refused.
#[contract_error]
pub enum Error {
    /// Every number divides 0.
    Zero,
}

#[secret_contract]
impl Factorisation {
    /// There is nothing to set up.
    pub fn new() -> Self {
        Self::default()
    }

    /// The prime factors of a number. (That a factor is prime is wrong with a probability below 2^-40.)
    #[constant_gas(COST)]
    #[pad_output(ANSWER_BYTES)]
    pub fn factorise(&mut self, ctx: &mut Context, number: u128) -> Result<Factors, Error> {
        require!(number > 0, Error::Zero);
        let (mut primes, odd_part) = small_factors(number);
        let mut search = Search::new(MAX_STEPS);
        let mut rest = 1;
        let mut composites = vec![odd_part];
        while let Some(part) = composites.pop() {
            if part == 1 {
                continue;
            }
            if primality::is_prime(part, ctx) {
                primes.push(part);
            } else if let Some(divisor) = search.divisor(part) {
                composites.extend([divisor, part / divisor]);
            } else {
                rest *= part;
            }
        }
        Ok(Factors {
            powers: powers(primes),
            rest,
        })
    }
}

/// The prime factors below [`SMALL_DIVISORS`], and what they leave.
fn small_factors(mut number: u128) -> (Vec<u128>, u128) {
    let mut primes = Vec::new();
    for divisor in (2..SMALL_DIVISORS).map(u128::from) {
        while number.is_multiple_of(divisor) {
            primes.push(divisor);
            number /= divisor;
        }
    }
    (primes, number)
}

/// Counts equal primes.
fn powers(mut primes: Vec<u128>) -> Vec<PrimePower> {
    primes.sort_unstable();
    let runs = primes.chunk_by(|left, right| left == right);
    runs.map(|run| PrimePower {
        prime: run[0],
        exponent: run.len() as u8,
    })
    .collect()
}
