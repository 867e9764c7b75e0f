//! Guess the number: nobody sees what was guessed, and only the guesser learns whether it was right.

use enigma_contract::prelude::*;

#[contract_storage]
pub struct Guess {
    secret: Item<u64>,
    tries: PaddedMap<Address, u64, 32>,
}

#[secret_contract]
impl Guess {
    /// Hides a number.
    pub fn new(secret: u64) -> Self {
        let mut game = Self::default();
        game.secret.set(secret);
        game
    }

    /// Whether this is the number. Counts the try.
    pub fn guess(&mut self, ctx: &Context, number: u64) -> bool {
        self.tries.update(ctx.sender(), |tries| tries + 1);
        self.secret.get() == Some(number)
    }

    /// How often the account that asks has guessed.
    #[view]
    pub fn my_tries(&self, ctx: &Context) -> u64 {
        self.tries.get_or_default(&ctx.sender())
    }
}
