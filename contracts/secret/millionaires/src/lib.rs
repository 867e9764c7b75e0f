//! The millionaires' problem: who is richest, while nobody's net worth is told to anyone.

#![forbid(unsafe_code)]

use enigma_contract::prelude::*;

/// What the enclave remembers.
#[contract_storage]
pub struct Millionaires {
    net_worths: PaddedMap<Address, U256, 32>,
    count: Item<u64>,
}

/// Why a call was refused.
#[contract_error]
pub enum Error {
    /// Nobody has registered yet.
    NoMillionaires,
}

#[secret_contract]
impl Millionaires {
    /// Starts with no one registered.
    pub fn new(_ctx: &mut Context) -> Self {
        Self::default()
    }

    /// Registers the caller's net worth, or replaces it where the caller is registered already.
    pub fn add_millionaire(&mut self, ctx: &Context, net_worth: U256) {
        if !self.net_worths.contains(&ctx.sender()) {
            self.count.update(|count| count + 1);
        }
        self.net_worths.set(ctx.sender(), net_worth);
    }

    /// The richest person; among equals the one with the highest address.
    #[view]
    pub fn richest(&self) -> Result<Address, Error> {
        let richest = self.net_worths.iter().max_by_key(|(_, net_worth)| *net_worth);
        richest.map(|(person, _)| person).ok_or(Error::NoMillionaires)
    }

    /// How many people are registered.
    #[view]
    pub fn count(&self) -> u64 {
        self.count.get_or_default()
    }
}
