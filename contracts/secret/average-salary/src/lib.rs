//! The average of salaries that nobody tells.
//!
//! The organiser, who deploys the contract, names the members and how many of them an answer needs at least. Members submit their
//! salaries. A submission waits until `publish` takes all that wait into the average, which it refuses where they are fewer than
//! the minimum. So there is no answer about a small group, and two answers always differ by the submissions of at least that
//! many members: from the averages before and after somebody joined or had a rise nobody can compute what that one earns.
//!
//! What everybody sees: who submitted and when, and when an average was published. Salaries and average stay among the members: the
//! average is a view that answers members only.
//!
//! What remains: members who together know all submissions of a round but one, since they made them, know the one. The organiser
//! could name accounts of their own as members; look at the list (`members`) before you submit. An average is told in whole units, which
//! hides little. Nobody can leave, since the averages before and after would tell what they earn.

#![forbid(unsafe_code)]

use enigma_contract::prelude::*;

/// Fewest members that an answer can be about: of two, each would know the other.
pub const LEAST_GROUP: u32 = 3;
/// Most members.
pub const MAX_MEMBERS: usize = 50;
/// Gas of `publish`, enough for the most members: a division takes longer for some sums than for others.
const PUBLISH: u64 = 1_500_000;

/// What the enclave remembers.
#[contract_storage]
pub struct AverageSalary {
    minimum: Item<u32>,
    members: Map<Address, bool>,
    /// Submissions that are not in the average yet.
    waiting: PaddedMap<Address, u64, 32>,
    /// Those that are.
    counted: PaddedMap<Address, u64, 32>,
    answer: PaddedItem<Answer, 64>,
}

/// An average, and of how many.
#[derive(AbiType, Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    /// How many salaries it is the average of.
    pub people: u32,
    /// The average, rounded down.
    pub average: u64,
}

/// Why a call was refused.
#[contract_error]
pub enum Error {
    /// The minimum is from 3 to the number of members, and there are at most 50 of them.
    BadGroup,
    /// The account is not among the members.
    NotAMember,
    /// So few submissions wait that an average would tell too much.
    GroupTooSmall { waiting: u32, minimum: u32 },
    /// Nothing was published yet.
    NoAnswerYet,
}

#[secret_contract]
impl AverageSalary {
    /// Names the members, and how many must have submitted before there is an answer, or a new one.
    pub fn new(minimum: u32, members: Vec<Address>) -> Result<Self, Error> {
        let mut salaries = Self::default();
        salaries.minimum.set(minimum);
        for member in members {
            salaries.members.set(member, true);
        }
        // Counted here, since an account that is named twice is one member.
        let count = salaries.members.keys().count();
        require!(
            minimum >= LEAST_GROUP && minimum as usize <= count && count <= MAX_MEMBERS,
            Error::BadGroup
        );
        Ok(salaries)
    }

    /// Submits the caller's salary, in place of an earlier one. It counts from the next `publish` on.
    pub fn submit(&mut self, ctx: &Context, salary: u64) -> Result<(), Error> {
        self.require_member(ctx)?;
        self.waiting.set(ctx.sender(), salary);
        Ok(())
    }

    /// Takes the submissions that wait into the average. Any member can, once enough of them wait.
    #[constant_gas(PUBLISH)]
    pub fn publish(&mut self, ctx: &Context) -> Result<(), Error> {
        self.require_member(ctx)?;
        let submissions: Vec<(Address, u64)> = self.waiting.iter().collect();
        let (waiting, minimum) = (submissions.len() as u32, self.minimum.get_or_default());
        require!(waiting >= minimum, Error::GroupTooSmall { waiting, minimum });
        for (member, salary) in submissions {
            self.waiting.remove(&member);
            self.counted.set(member, salary);
        }
        let (people, sum) = self.counted.values().fold((0, 0u128), |(people, sum), salary| {
            (people + 1, sum + u128::from(salary))
        });
        // An average of numbers of 64 bits has 64 bits.
        let average = (sum / u128::from(people)) as u64;
        self.answer.set(Answer { people, average });
        Ok(())
    }

    /// The average that was published last, for members.
    #[view]
    pub fn average(&self, ctx: &Context) -> Result<Answer, Error> {
        self.require_member(ctx)?;
        self.answer.get().ok_or(Error::NoAnswerYet)
    }

    /// Whom the organiser named, and the minimum. Everybody who is asked for a salary should look.
    #[view]
    pub fn members(&self) -> (Vec<Address>, u32) {
        (self.members.keys().collect(), self.minimum.get_or_default())
    }

    fn require_member(&self, ctx: &Context) -> Result<(), Error> {
        require!(self.members.contains(&ctx.sender()), Error::NotAMember);
        Ok(())
    }
}
