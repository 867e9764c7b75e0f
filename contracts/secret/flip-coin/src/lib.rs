//! A coin that the enclave flips.
//!
//! The coin comes from the enclave's random stream for the task's record on Ethereum: neither the player nor the worker can foresee
//! it, and executing the task again gives the same side, so nobody can try until they like it.
//!
//! What everybody sees: who played, and when. Guess, coin and score are the player's own.

#![forbid(unsafe_code)]

use enigma_contract::prelude::*;

/// What the enclave remembers.
#[contract_storage]
pub struct FlipCoin {
    scores: Map<Address, Score>,
}

/// A side of the coin.
#[derive(AbiType, Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// 0.
    Heads,
    /// 1.
    Tails,
}

/// How an account has fared.
#[derive(AbiType, Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Score {
    /// How often it played.
    pub flips: u64,
    /// How often its guess was right.
    pub wins: u64,
}

#[secret_contract]
impl FlipCoin {
    /// Starts without scores.
    pub fn new() -> Self {
        Self::default()
    }

    /// Flips the coin; whether the guess was right, and the side that is up.
    pub fn flip(&mut self, ctx: &mut Context, guess: Side) -> (bool, Side) {
        let side = if ctx.random() { Side::Tails } else { Side::Heads };
        let is_right = guess == side;
        self.scores.update(ctx.sender(), |score| Score {
            flips: score.flips + 1,
            wins: score.wins + u64::from(is_right),
        });
        (is_right, side)
    }

    /// The caller's score.
    #[view]
    pub fn score(&self, ctx: &Context) -> Score {
        self.scores.get_or_default(&ctx.sender())
    }
}
