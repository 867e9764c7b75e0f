//! Two parties exchange two private tokens in one task: both tokens move, or neither.
//!
//! The maker offers an amount of one token for an amount of another and hands the offer's id to whom it is meant for: ids are
//! random, so nobody else finds the offer. Both parties first allow this contract to move what they give (`approve`). The
//! tokens must be contracts of the same group as this one, and a task that accepts an offer must declare both.
//!
//! What everybody sees: that somebody accepted an offer, and which contracts the task declared, so which tokens it was
//! about; no amounts, and not the maker.

#![forbid(unsafe_code)]

use enigma_contract::prelude::*;

/// What the enclave remembers.
#[contract_storage]
pub struct Swap {
    offers: Map<B256, Offer>,
}

/// What is offered, and for what.
#[derive(AbiType, Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// Who offers.
    pub maker: Address,
    /// The token that the maker gives.
    pub give_token: Address,
    /// How much of it.
    pub give_amount: U256,
    /// The token that the maker wants.
    pub want_token: Address,
    /// How much of it.
    pub want_amount: U256,
}

/// Why a call was refused.
#[contract_error]
pub enum Error {
    /// There is no offer with this id.
    NoSuchOffer,
    /// Only the maker cancels an offer.
    NotTheMaker,
    /// A token did not move; neither did the other. Ending and payload are those of the token's call.
    TokenRefused { token: Address, ending: u8, payload: Bytes },
}

/// A private token.
#[secret_interface]
pub trait PrivateToken {
    /// Moves tokens of an account that allowed the caller to.
    fn transfer_from(from: Address, to: Address, amount: U256);
}

#[secret_contract]
impl Swap {
    /// Starts without offers.
    pub fn new() -> Self {
        Self::default()
    }

    /// Offers an amount of a token for an amount of another, and returns the offer's id.
    pub fn offer(
        &mut self,
        ctx: &mut Context,
        give_token: Address,
        give_amount: U256,
        want_token: Address,
        want_amount: U256,
    ) -> B256 {
        let id = ctx.random();
        let maker = ctx.sender();
        let offer = Offer {
            maker,
            give_token,
            give_amount,
            want_token,
            want_amount,
        };
        self.offers.set(id, offer);
        id
    }

    /// Exchanges the tokens of maker and caller.
    pub fn accept(&mut self, ctx: &mut Context, id: B256) -> Result<(), Error> {
        let offer = self.offers.take(&id).ok_or(Error::NoSuchOffer)?;
        let taker = ctx.sender();
        move_tokens(ctx, offer.give_token, offer.maker, taker, offer.give_amount)?;
        move_tokens(ctx, offer.want_token, taker, offer.maker, offer.want_amount)
    }

    /// Withdraws an offer of the caller.
    pub fn cancel(&mut self, ctx: &Context, id: B256) -> Result<(), Error> {
        let offer = self.terms(id)?;
        require!(offer.maker == ctx.sender(), Error::NotTheMaker);
        self.offers.remove(&id);
        Ok(())
    }

    /// What is offered under an id.
    #[view]
    pub fn terms(&self, id: B256) -> Result<Offer, Error> {
        self.offers.get(&id).ok_or(Error::NoSuchOffer)
    }
}

fn move_tokens(ctx: &mut Context, token: Address, from: Address, to: Address, amount: U256) -> Result<(), Error> {
    let moved = PrivateToken::at(token).transfer_from(from, to, amount).call(ctx);
    moved.map_err(|error| Error::TokenRefused {
        token,
        ending: error.ending(),
        payload: error.payload(),
    })
}
