//! An auction with sealed bids, settled in an ERC-20 token that this contract's own Ethereum account holds.
//!
//! 1. A bidder pays a deposit in the token to the contract's account on Ethereum.
//! 2. The enclave cannot see balances on Ethereum, so somebody must vouch for the deposit: the `cashier`, named at deployment,
//!    calls `credit`. Best it is an Ethereum contract that takes the tokens with `transferFrom` and posts the task in the same
//!    transaction, so that nobody needs to be believed; it may also be a person whom the bidders trust.
//! 3. Until the closing block a bidder bids any price up to their deposit, and may bid anew.
//! 4. From the closing block on anyone can call `finish`: the highest bid wins, the earlier one among equals. The seller gets the price
//!    by a required call. If the account holds too little, since the cashier vouched for what was never paid, the call
//!    fails and nothing has happened. All bidders get the rest of their deposits by best-effort calls, so that one bidder whom the
//!    token refuses cannot stop the others.
//!
//! A refund that fails stays in the contract's account for good: the contract cannot learn that it failed. A token that
//! returns `false` instead of reverting cannot be used.
//!
//! What everybody sees: deposits, who bid when, the winner and the price, and from the refunds that the losers lost. Losing
//! bids stay secret; a deposit larger than the bid keeps the winner's competitors guessing.

#![forbid(unsafe_code)]

use enigma_contract::prelude::*;

/// Most bidders; a task has at most 32 calls and events.
pub const MAX_BIDDERS: usize = 30;
/// Gas of `finish`, enough for the most bidders: looking for the best bid takes longer in some orders than in others.
const FINISH: u64 = 1_000_000;

/// What the enclave remembers.
#[contract_storage]
pub struct Auction {
    token: Item<Address>,
    seller: Item<Address>,
    cashier: Item<Address>,
    closing_block: Item<u64>,
    deposits: Map<Address, U256>,
    bids: Map<Address, Bid>,
    bid_count: Item<u64>,
    is_finished: Item<bool>,
}

/// A sealed bid.
#[derive(AbiType, Debug, Clone, PartialEq, Eq)]
struct Bid {
    price: U256,
    /// How many bids came before.
    position: u64,
}

/// Why a call was refused.
#[contract_error]
pub enum Error {
    /// Only the cashier vouches for deposits.
    NotTheCashier,
    /// The auction has its most bidders.
    TooManyBidders,
    /// The price is more than the caller's deposit.
    DepositTooSmall { deposit: U256 },
    /// A bid of nothing.
    NoPrice,
    /// The closing block is past, or the auction is finished.
    BiddingClosed,
    /// The closing block is not there yet.
    BiddingOpen,
    /// The auction is finished.
    AlreadyFinished,
}

/// The auction is over; the winner is zero where nobody bid.
#[contract_event]
pub struct Finished {
    #[indexed]
    winner: Address,
    price: U256,
}

/// The token that is paid in.
#[ethereum_interface]
pub trait Erc20 {
    /// Moves tokens of the caller.
    fn transfer(to: Address, amount: U256);
}

#[secret_contract(events(Finished))]
impl Auction {
    /// Opens the auction. Bids are taken in tasks whose records stand in blocks before `closing_block`.
    pub fn new(token: Address, seller: Address, cashier: Address, closing_block: u64) -> Self {
        let mut auction = Self::default();
        auction.token.set(token);
        auction.seller.set(seller);
        auction.cashier.set(cashier);
        auction.closing_block.set(closing_block);
        auction
    }

    /// Vouches that a bidder paid so many tokens to this contract's account. Only the cashier can.
    pub fn credit(&mut self, ctx: &Context, bidder: Address, amount: U256) -> Result<(), Error> {
        require!(self.cashier.get() == Some(ctx.sender()), Error::NotTheCashier);
        require!(!self.is_finished.get_or_default(), Error::AlreadyFinished);
        let is_new = !self.deposits.contains(&bidder);
        require!(
            !is_new || self.deposits.iter().count() < MAX_BIDDERS,
            Error::TooManyBidders
        );
        self.deposits.update(bidder, |deposit| deposit + amount);
        Ok(())
    }

    /// Bids, or replaces the caller's bid.
    pub fn bid(&mut self, ctx: &Context, price: U256) -> Result<(), Error> {
        let is_open = ctx.block_number() < self.closing_block.get_or_default();
        require!(is_open && !self.is_finished.get_or_default(), Error::BiddingClosed);
        require!(!price.is_zero(), Error::NoPrice);
        let deposit = self.deposits.get_or_default(&ctx.sender());
        require!(price <= deposit, Error::DepositTooSmall { deposit });
        let position = self.bid_count.get_or_default();
        self.bid_count.set(position + 1);
        self.bids.set(ctx.sender(), Bid { price, position });
        Ok(())
    }

    /// Ends the auction: pays the seller, gives the bidders back what is left, and tells winner and price.
    #[constant_gas(FINISH)]
    pub fn finish(&mut self, ctx: &mut Context) -> Result<(), Error> {
        require!(
            ctx.block_number() >= self.closing_block.get_or_default(),
            Error::BiddingOpen
        );
        require!(!self.is_finished.get_or_default(), Error::AlreadyFinished);
        self.is_finished.set(true);
        let token = Erc20::at(self.token.get_or_default());
        let (winner, price) = self.best_bid();
        if !price.is_zero() {
            ctx.require(token.transfer(self.seller.get_or_default(), price));
            self.deposits.update(winner, |deposit| deposit - price);
        }
        for (bidder, rest) in self.deposits.iter().filter(|(_, rest)| !rest.is_zero()) {
            ctx.attempt(token.transfer(bidder, rest));
        }
        ctx.emit(Finished { winner, price });
        Ok(())
    }

    /// The caller's deposit.
    #[view]
    pub fn deposit(&self, ctx: &Context) -> U256 {
        self.deposits.get_or_default(&ctx.sender())
    }

    /// The caller's own bid; zero for none.
    #[view]
    pub fn my_bid(&self, ctx: &Context) -> U256 {
        self.bids.get(&ctx.sender()).map_or(U256::ZERO, |bid| bid.price)
    }

    /// The token that is paid in.
    #[view]
    pub fn token(&self) -> Address {
        self.token.get_or_default()
    }

    /// The highest bid, and the earliest of equal ones; zeros where there is none.
    fn best_bid(&self) -> (Address, U256) {
        let best = self.bids.iter().reduce(|best, next| {
            let is_better =
                next.1.price > best.1.price || next.1.price == best.1.price && next.1.position < best.1.position;
            if is_better { next } else { best }
        });
        best.map_or((Address::ZERO, U256::ZERO), |(bidder, bid)| (bidder, bid.price))
    }
}
