//! A counter that everybody can raise and only its owner can read.
//!
//! Read this sample first: one stored value, a constructor, a method, a view, an error.
//!
//! What everybody sees: who raised or reset the counter, and when. By how much it was raised, and where it stands, nobody sees
//! but the owner.

#![forbid(unsafe_code)]

use enigma_contract::prelude::*;

/// What the enclave remembers.
#[contract_storage]
pub struct Counter {
    owner: Item<Address>,
    /// As long whatever it is, and written anew also where it stays: that would show.
    value: PaddedItem<u64, 32>,
}

/// Why a call was refused.
#[contract_error]
pub enum Error {
    /// Only the account that deployed the counter may do this.
    NotOwner { caller: Address },
}

#[secret_contract]
impl Counter {
    /// Starts at a number. The deployer is the owner.
    pub fn new(ctx: &mut Context, start: u64) -> Self {
        let mut counter = Self::default();
        counter.owner.set(ctx.sender());
        counter.value.set(start);
        counter
    }

    /// Raises the counter. It stops at the largest number there is: an error would tell everybody that it is that high.
    pub fn increment(&mut self, by: u64) {
        self.value.update(|value| value.saturating_add(by));
    }

    /// Sets the counter to a number. Only the owner can.
    pub fn reset(&mut self, ctx: &Context, to: u64) -> Result<(), Error> {
        self.require_owner(ctx)?;
        self.value.set(to);
        Ok(())
    }

    /// Where the counter stands. Only the owner is told.
    #[view]
    pub fn value(&self, ctx: &Context) -> Result<u64, Error> {
        self.require_owner(ctx)?;
        Ok(self.value.get_or_default())
    }

    fn require_owner(&self, ctx: &Context) -> Result<(), Error> {
        let caller = ctx.sender();
        require!(self.owner.get() == Some(caller), Error::NotOwner { caller });
        Ok(())
    }
}
