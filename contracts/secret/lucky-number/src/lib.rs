//! Random numbers for Ethereum contracts, which cannot make any that nobody foresees.
//!
//! An Ethereum contract orders `draw` or `guess` as a task and gets the ABI-encoded result in its callback. The numbers come from
//! the enclave's secret stream for the task's record: neither worker nor user can foresee them or try again.
//!
//! What everybody sees: the result, since a callback is public. A guess can be encrypted beforehand by the player; then nobody
//! sees it before the draw, and afterwards only whether it was right.

#![forbid(unsafe_code)]

use enigma_contract::prelude::*;

/// What the enclave remembers.
#[contract_storage]
pub struct LuckyNumber {
    draws: Item<u64>,
}

/// Why a call was refused.
#[contract_error]
pub enum Error {
    /// A die has at least one side.
    NoSides,
}

#[secret_contract]
impl LuckyNumber {
    /// Starts with no draw.
    pub fn new() -> Self {
        Self::default()
    }

    /// A number from 1 to `sides`, each equally likely.
    pub fn draw(&mut self, ctx: &mut Context, sides: u64) -> Result<u64, Error> {
        require!(sides > 0, Error::NoSides);
        self.draws.update(|draws| draws + 1);
        Ok(1 + ctx.random_below(sides))
    }

    /// Draws a number from 1 to `sides`; whether the guess was right, and the number.
    pub fn guess(&mut self, ctx: &mut Context, number: u64, sides: u64) -> Result<(bool, u64), Error> {
        let drawn = self.draw(ctx, sides)?;
        Ok((drawn == number, drawn))
    }

    /// How many numbers were drawn.
    #[view]
    pub fn draws(&self) -> u64 {
        self.draws.get_or_default()
    }
}
