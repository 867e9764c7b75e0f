//! Arithmetic on numbers that nobody sees.
//!
//! The contract remembers nothing, so its function is a view: it answers as a task, to other contracts, and free of charge as a
//! query. A calculation that has no result ends with a typed error.
//!
//! What everybody sees of a task: who calculated, and whether there was a result. Numbers and kind of calculation stay secret. So the
//! kind is an argument: which function a task calls can be guessed from its gas.

#![forbid(unsafe_code)]

use enigma_contract::prelude::*;

/// Gas of every calculation; the longest division takes a little less.
const COST: u64 = 15_000;

/// Nothing is remembered.
#[contract_storage]
pub struct Calculator {}

/// What is calculated.
#[derive(AbiType, Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// 0. The sum.
    Add,
    /// 1. The difference.
    Subtract,
    /// 2. The product.
    Multiply,
    /// 3. The quotient, rounded towards zero.
    Divide,
    /// 4. What the division leaves; its sign is that of the number on the left.
    Remainder,
}

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

    /// Adds (0), subtracts (1), multiplies (2), divides (3), or tells what a division leaves (4).
    #[view]
    #[constant_gas(COST)]
    pub fn calculate(&self, left: I256, operation: Operation, right: I256) -> Result<I256, Error> {
        let result = match operation {
            Operation::Add => left.checked_add(right),
            Operation::Subtract => left.checked_sub(right),
            Operation::Multiply => left.checked_mul(right),
            Operation::Divide => quotient(left, right)?,
            Operation::Remainder => quotient(left, right)?.map(|quotient| left - quotient * right),
        };
        result.ok_or(Error::Overflow)
    }
}

/// None where it overflows.
fn quotient(left: I256, right: I256) -> Result<Option<I256>, Error> {
    require!(!right.is_zero(), Error::DivisionByZero);
    Ok(left.checked_div(right))
}
