//! Arithmetic on numbers that nobody sees.
//!
//! The contract remembers nothing, so all its functions are views: they answer as tasks, to other contracts, and free of charge as
//! queries. A calculation that has no result ends with a typed error.
//!
//! What everybody sees of a task: who calculated, and whether there was a result. Numbers and kind of calculation stay secret.

#![forbid(unsafe_code)]

use enigma_contract::prelude::*;

/// Nothing is remembered.
#[contract_storage]
pub struct Calculator {}

/// Why a calculation has no result.
#[contract_error]
pub enum Error {
    /// Nothing can be divided by zero.
    DivisionByZero,
    /// The result is none of the numbers from -2^255 to 2^255 - 1.
    Overflow,
}

#[secret_contract]
impl Calculator {
    /// There is nothing to set up.
    pub fn new() -> Self {
        Self::default()
    }

    /// The sum.
    #[view]
    pub fn add(&self, left: I256, right: I256) -> Result<I256, Error> {
        left.checked_add(right).ok_or(Error::Overflow)
    }

    /// The difference.
    #[view]
    pub fn subtract(&self, left: I256, right: I256) -> Result<I256, Error> {
        left.checked_sub(right).ok_or(Error::Overflow)
    }

    /// The product.
    #[view]
    pub fn multiply(&self, left: I256, right: I256) -> Result<I256, Error> {
        left.checked_mul(right).ok_or(Error::Overflow)
    }

    /// The quotient, rounded towards zero.
    #[view]
    pub fn divide(&self, left: I256, right: I256) -> Result<I256, Error> {
        require!(!right.is_zero(), Error::DivisionByZero);
        left.checked_div(right).ok_or(Error::Overflow)
    }

    /// What the division leaves; its sign is that of `left`.
    #[view]
    pub fn remainder(&self, left: I256, right: I256) -> Result<I256, Error> {
        Ok(left - self.divide(left, right)? * right)
    }
}
