//! A vote whose ballots stay secret, and whose result an Ethereum contract gets.
//!
//! The chair, who deploys it, names the voters and the Ethereum contract that waits for the result. Each voter votes once and
//! gets a receipt that only they can read. When the chair closes the vote, the result is published as an event, and reported to
//! the Ethereum contract with a required call: if that contract refuses the report, the vote is not closed.
//!
//! What everybody sees: who voted and when, since tasks have a public sender, and at the end the sums. Nobody sees a
//! ballot; but a unanimous result, or the ballots of all others, tell one. There is no intermediate result.

#![forbid(unsafe_code)]

use enigma_contract::prelude::*;

/// What the enclave remembers.
#[contract_storage]
pub struct Voting {
    chair: Item<Address>,
    ballot: Item<Address>,
    proposal: Item<U256>,
    /// The voters, and whether they may still vote.
    may_vote: Map<Address, bool>,
    votes: Map<Address, bool>,
    is_closed: Item<bool>,
}

/// Why a call was refused.
#[contract_error]
pub enum Error {
    /// The account is not among the voters.
    NotAVoter,
    /// The account has voted.
    AlreadyVoted,
    /// The account has not voted.
    DidNotVote,
    /// The vote is closed.
    VotingClosed,
    /// The vote is not closed yet.
    VotingOpen,
    /// Only the account that deployed the contract closes the vote.
    NotTheChair,
}

/// The vote is closed, with this result.
#[contract_event]
pub struct Closed {
    #[indexed]
    proposal: U256,
    yes: U256,
    no: U256,
}

/// For the voter alone: the ballot was counted.
#[contract_event]
pub struct Counted {
    #[indexed]
    proposal: U256,
    #[indexed]
    voter: Address,
    approve: bool,
}

/// The Ethereum contract that waits for the result.
#[ethereum_interface]
pub trait Ballot {
    /// Takes the result of a proposal; it should accept only this contract's account as sender.
    fn report(proposal: U256, yes: U256, no: U256);
}

#[secret_contract(events(Closed, Counted))]
impl Voting {
    /// Opens the vote on a proposal. The deployer is the chair.
    pub fn new(ctx: &mut Context, ballot: Address, proposal: U256, voters: Vec<Address>) -> Self {
        let mut voting = Self::default();
        voting.chair.set(ctx.sender());
        voting.ballot.set(ballot);
        voting.proposal.set(proposal);
        for voter in voters {
            voting.may_vote.set(voter, true);
        }
        voting
    }

    /// Casts the caller's ballot.
    pub fn vote(&mut self, ctx: &mut Context, approve: bool) -> Result<(), Error> {
        let voter = ctx.sender();
        require!(!self.is_closed.get_or_default(), Error::VotingClosed);
        match self.may_vote.get(&voter) {
            Some(true) => self.may_vote.set(voter, false),
            Some(false) => bail!(Error::AlreadyVoted),
            None => bail!(Error::NotAVoter),
        }
        self.votes.set(voter, approve);
        let proposal = self.proposal.get_or_default();
        ctx.emit_private(
            Counted {
                proposal,
                voter,
                approve,
            },
            Recipient::User,
        );
        Ok(())
    }

    /// Ends the vote, publishes the result and reports it to the Ethereum contract. Only the chair can.
    pub fn close(&mut self, ctx: &mut Context) -> Result<(), Error> {
        require!(self.chair.get() == Some(ctx.sender()), Error::NotTheChair);
        require!(!self.is_closed.get_or_default(), Error::VotingClosed);
        self.is_closed.set(true);
        let (yes, no) = self.count();
        let proposal = self.proposal.get_or_default();
        ctx.require(Ballot::at(self.ballot.get_or_default()).report(proposal, yes, no));
        ctx.emit(Closed { proposal, yes, no });
        Ok(())
    }

    /// The caller's own ballot.
    #[view]
    pub fn my_vote(&self, ctx: &Context) -> Result<bool, Error> {
        self.votes.get(&ctx.sender()).ok_or(Error::DidNotVote)
    }

    /// Whether an account has voted.
    #[view]
    pub fn has_voted(&self, account: Address) -> bool {
        self.votes.contains(&account)
    }

    /// How many voted for the proposal and how many against it, once the vote is closed.
    #[view]
    pub fn result(&self) -> Result<(U256, U256), Error> {
        require!(self.is_closed.get_or_default(), Error::VotingOpen);
        Ok(self.count())
    }

    fn count(&self) -> (U256, U256) {
        let total = self.votes.iter().count() as u64;
        let yes = self.votes.iter().filter(|(_, approve)| *approve).count() as u64;
        (U256::from(yes), U256::from(total - yes))
    }
}
