//! A token whose balances, transfers and allowances nobody sees but those whom they concern.
//!
//! It works as an ERC-20 token does, without its public events. A balance is read with a view: the permit that the account
//! signs for it says who asks.
//!
//! What everybody sees: who sends a task to the token, and whether it succeeded. Whoever has an allowance can learn by
//! trying whether the owner has so much.

#![forbid(unsafe_code)]

use enigma_contract::prelude::*;

/// What the enclave remembers.
#[contract_storage]
pub struct PrivateToken {
    total_supply: Item<U256>,
    balances: Map<Address, U256>,
    /// By owner and spender.
    allowances: Map<(Address, Address), U256>,
}

/// Why a call was refused. Amounts are not told: they would be those of somebody else.
#[contract_error]
pub enum Error {
    /// The balance is smaller than the amount.
    InsufficientBalance,
    /// The allowance is smaller than the amount.
    InsufficientAllowance,
}

#[secret_contract]
impl PrivateToken {
    /// Gives all tokens to the deployer.
    pub fn new(ctx: &mut Context, supply: U256) -> Self {
        let mut token = Self::default();
        token.total_supply.set(supply);
        token.balances.set(ctx.sender(), supply);
        token
    }

    /// Moves tokens of the caller.
    pub fn transfer(&mut self, ctx: &Context, to: Address, amount: U256) -> Result<(), Error> {
        self.move_tokens(ctx.sender(), to, amount)
    }

    /// Lets an account, or another secret contract, move so many tokens of the caller; replaces what it was allowed before.
    pub fn approve(&mut self, ctx: &Context, spender: Address, amount: U256) {
        self.allowances.set((ctx.sender(), spender), amount);
    }

    /// Moves tokens of an account that allowed the caller to.
    pub fn transfer_from(&mut self, ctx: &Context, from: Address, to: Address, amount: U256) -> Result<(), Error> {
        let key = (from, ctx.sender());
        let allowance = self.allowances.get_or_default(&key);
        let rest = allowance.checked_sub(amount).ok_or(Error::InsufficientAllowance)?;
        self.allowances.set(key, rest);
        self.move_tokens(from, to, amount)
    }

    /// The caller's balance.
    #[view]
    pub fn balance(&self, ctx: &Context) -> U256 {
        self.balances.get_or_default(&ctx.sender())
    }

    /// How many of the caller's tokens an account may still move.
    #[view]
    pub fn allowance(&self, ctx: &Context, spender: Address) -> U256 {
        self.allowances.get_or_default(&(ctx.sender(), spender))
    }

    /// All tokens that there are.
    #[view]
    pub fn total_supply(&self) -> U256 {
        self.total_supply.get_or_default()
    }

    fn move_tokens(&mut self, from: Address, to: Address, amount: U256) -> Result<(), Error> {
        let balance = self.balances.get_or_default(&from);
        let rest = balance.checked_sub(amount).ok_or(Error::InsufficientBalance)?;
        self.balances.set(from, rest);
        self.balances.update(to, |balance| balance + amount);
        Ok(())
    }
}
