//! A vote on several options, with ballots that stay secret and votes that cost their square.
//!
//! Every voter has the same number of credits and spreads votes over the options, for or against: `n` votes for one option cost
//! `n²` credits. So a voter can say how much something matters to them, but ten times the weight costs a hundred times the credits.
//!
//! The chair, who deploys the contract, names options and voters. Until the closing block a voter votes and may vote anew: the last
//! ballot counts. From the closing block on anybody can call `publish`, and the totals become an event. There is no result before.
//!
//! What everybody sees: who voted, how often and when, how many options there are, whether a ballot was refused, and at the end the
//! totals. Nobody sees a ballot; but the totals of a single voter, or the ballots of all others, tell one.

#![forbid(unsafe_code)]

use enigma_contract::prelude::*;

/// Most options; a ballot of so many is still short.
pub const MAX_OPTIONS: usize = 16;
/// Encoding of the longest ballot: offset, length, and a word for each option.
const BALLOT_BYTES: usize = 64 + 32 * MAX_OPTIONS;

/// What the enclave remembers.
#[contract_storage]
pub struct SecretBallot {
    options: Item<Vec<String>>,
    credits: Item<u32>,
    closing_block: Item<u64>,
    voters: Map<Address, bool>,
    /// By voter, the votes for each option; negative ones are against it.
    ballots: PaddedMap<Address, Vec<i32>, BALLOT_BYTES>,
    is_published: Item<bool>,
}

/// Why a call was refused.
#[contract_error]
pub enum Error {
    /// There must be 1 to 16 options.
    BadNumberOfOptions,
    /// The account is not among the voters.
    NotAVoter,
    /// A ballot has as many numbers as there are options.
    WrongLength { options: u32 },
    /// The squares of the votes are more than the credits of a voter.
    TooExpensive { cost: u128, credits: u32 },
    /// The closing block is there.
    VotingClosed,
    /// The closing block is not there yet.
    VotingOpen,
    /// The totals are published.
    AlreadyPublished,
    /// The account has not voted.
    DidNotVote,
}

/// The vote is over, with these votes for each option.
#[contract_event]
pub struct Published {
    /// By option.
    pub totals: Vec<i64>,
    /// How many voters voted.
    pub ballots: u32,
}

#[secret_contract(events(Published))]
impl SecretBallot {
    /// Opens the vote. Ballots are taken in tasks whose records stand in blocks before `closing_block`.
    pub fn new(options: Vec<String>, credits: u32, closing_block: u64, voters: Vec<Address>) -> Result<Self, Error> {
        require!((1..=MAX_OPTIONS).contains(&options.len()), Error::BadNumberOfOptions);
        let mut ballot = Self::default();
        ballot.options.set(options);
        ballot.credits.set(credits);
        ballot.closing_block.set(closing_block);
        for voter in voters {
            ballot.voters.set(voter, true);
        }
        Ok(ballot)
    }

    /// Casts the caller's ballot, or replaces it: one number for each option, positive for it, negative against it.
    pub fn vote(&mut self, ctx: &Context, votes: Vec<i32>) -> Result<(), Error> {
        let voter = ctx.sender();
        require!(self.voters.contains(&voter), Error::NotAVoter);
        require!(
            ctx.block_number() < self.closing_block.get_or_default(),
            Error::VotingClosed
        );
        let options = self.options.get_or_default().len();
        require!(
            votes.len() == options,
            Error::WrongLength {
                options: options as u32
            }
        );
        let (cost, credits) = (self.cost(votes.clone()), self.credits.get_or_default());
        require!(cost <= u128::from(credits), Error::TooExpensive { cost, credits });
        self.ballots.set(voter, votes);
        Ok(())
    }

    /// Publishes the totals. Anybody can, from the closing block on.
    pub fn publish(&mut self, ctx: &mut Context) -> Result<(), Error> {
        require!(
            ctx.block_number() >= self.closing_block.get_or_default(),
            Error::VotingOpen
        );
        require!(!self.is_published.get_or_default(), Error::AlreadyPublished);
        self.is_published.set(true);
        let mut totals = vec![0; self.options.get_or_default().len()];
        let mut ballots = 0;
        for votes in self.ballots.values() {
            ballots += 1;
            for (total, count) in totals.iter_mut().zip(votes) {
                *total += i64::from(count);
            }
        }
        ctx.emit(Published { totals, ballots });
        Ok(())
    }

    /// What a ballot costs, in credits. Who asks first is not refused later, for everybody to see.
    #[view]
    pub fn cost(&self, votes: Vec<i32>) -> u128 {
        votes.iter().map(|count| u128::from(count.unsigned_abs()).pow(2)).sum()
    }

    /// The caller's own ballot.
    #[view]
    pub fn my_ballot(&self, ctx: &Context) -> Result<Vec<i32>, Error> {
        self.ballots.get(&ctx.sender()).ok_or(Error::DidNotVote)
    }

    /// The options, and the credits of each voter.
    #[view]
    pub fn terms(&self) -> (Vec<String>, u32) {
        (self.options.get_or_default(), self.credits.get_or_default())
    }
}
