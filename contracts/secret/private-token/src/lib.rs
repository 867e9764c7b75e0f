//! A token whose balances, transfers and allowances nobody sees but those whom they concern.
//!
//! It works as an ERC-20 token does, without its public events. A balance is read with a view: the permit that the account
//! signs for it says who asks. An account can let others read its balance too, an accountant for example.
//!
//! What everybody sees: who sends a task to the token, and when. A transfer that the balance does not allow moves nothing and answers
//! `false`; to everybody else it looks as one that moved all. Only a spender's transfer ends with an error, which everybody
//! sees, because the contracts that call it must be undone with it. A spender can learn by trying whether the
//! owner has so much.

#![forbid(unsafe_code)]

use enigma_contract::prelude::*;

/// Gas of a transfer: reading a balance that is there takes more than reading one that is not.
const TRANSFER: u64 = 30_000;
/// Gas of a spender's transfer.
const TRANSFER_FROM: u64 = 45_000;

/// What the enclave remembers.
#[contract_storage]
pub struct PrivateToken {
    total_supply: Item<U256>,
    balances: PaddedMap<Address, U256, 32>,
    /// By owner and spender.
    allowances: PaddedMap<(Address, Address), U256, 32>,
    /// By owner and reader, whether the reader may see the balance.
    readers: PaddedMap<(Address, Address), bool, 32>,
}

/// Why a call was refused. Amounts are not told: they would be those of somebody else.
#[contract_error]
pub enum Error {
    /// The balance is smaller than the amount.
    InsufficientBalance,
    /// The allowance is smaller than the amount.
    InsufficientAllowance,
    /// The owner has not let the caller read the balance.
    NotAReader,
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

    /// Moves tokens of the caller; whether there were so many.
    #[constant_gas(TRANSFER)]
    pub fn transfer(&mut self, ctx: &Context, to: Address, amount: U256) -> bool {
        self.move_tokens(ctx.sender(), to, amount)
    }

    /// Lets an account, or another secret contract, move so many tokens of the caller; replaces what it was allowed before.
    pub fn approve(&mut self, ctx: &Context, spender: Address, amount: U256) {
        self.allowances.set((ctx.sender(), spender), amount);
    }

    /// Moves tokens of an account that allowed the caller to.
    #[constant_gas(TRANSFER_FROM)]
    pub fn transfer_from(&mut self, ctx: &Context, from: Address, to: Address, amount: U256) -> Result<(), Error> {
        let key = (from, ctx.sender());
        let allowance = self.allowances.get_or_default(&key);
        let rest = allowance.checked_sub(amount).ok_or(Error::InsufficientAllowance)?;
        self.allowances.set(key, rest);
        require!(self.move_tokens(from, to, amount), Error::InsufficientBalance);
        Ok(())
    }

    /// Lets an account read the caller's balance, or no longer.
    pub fn set_reader(&mut self, ctx: &Context, reader: Address, may_read: bool) {
        self.readers.set((ctx.sender(), reader), may_read);
    }

    /// The caller's balance.
    #[view]
    pub fn balance(&self, ctx: &Context) -> U256 {
        self.balances.get_or_default(&ctx.sender())
    }

    /// The balance of an account that lets the caller read it.
    #[view]
    pub fn balance_of(&self, ctx: &Context, owner: Address) -> Result<U256, Error> {
        let reader = ctx.sender();
        let may_read = reader == owner || self.readers.get_or_default(&(owner, reader));
        require!(may_read, Error::NotAReader);
        Ok(self.balances.get_or_default(&owner))
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

    /// Moves as many tokens as there are to move, all or none, and writes two balances in either case.
    fn move_tokens(&mut self, from: Address, to: Address, amount: U256) -> bool {
        let balance = self.balances.get_or_default(&from);
        let is_covered = amount <= balance;
        let moved = if is_covered && to != from { amount } else { U256::ZERO };
        // To oneself nothing moves; the zero address stands in, so that two balances are written all the same.
        let to = if to == from { Address::ZERO } else { to };
        self.balances.set(from, balance - moved);
        self.balances.update(to, |balance| balance + moved);
        is_covered
    }
}
