//! What undoes the newest calls of a simulation, so that any of them can be run again as it ran.

use std::collections::VecDeque;

use super::contract::{Contract, Contracts};
use crate::{format::bytes::Address, task::state::Journal};

/// Steps that are kept.
const MOST_STEPS: usize = 1_000;
/// Bytes of keys and values that they hold together.
const MOST_BYTES: usize = 32 << 20;

/// One change of the contracts. Made again it is undone, undone it can be made again.
enum Change {
    /// Values of contracts, and their `deltas`.
    Values(Vec<(Address, Journal, usize)>),
    /// A contract that was deployed; it is here while it is undone.
    Deployed(Address, Option<Contract>),
    /// All of them.
    Replaced(Contracts),
}

struct Step {
    change: Change,
    bytes: usize,
}

/// The newest changes.
#[derive(Default)]
pub struct History {
    steps: VecDeque<Step>,
    /// How many older ones are forgotten.
    forgotten: u64,
    bytes: usize,
}

impl History {
    /// How many changes there have been.
    pub fn position(&self) -> u64 {
        self.forgotten.saturating_add(self.steps.len() as u64)
    }

    /// A call was kept: for each contract what undoes it, and what its `deltas` were.
    pub fn changed(&mut self, undo: Vec<(Address, Journal, usize)>) {
        let size = |(key, value): (&Vec<u8>, &Option<Vec<u8>>)| key.len() + value.as_ref().map_or(0, Vec::len);
        let bytes = undo.iter().flat_map(|(_, journal, _)| journal.iter().map(size)).sum();
        self.push(Change::Values(undo), bytes);
    }

    /// A contract was deployed.
    pub fn deployed(&mut self, address: Address) {
        self.push(Change::Deployed(address, None), 0);
    }

    /// All contracts were replaced; these they were before.
    pub fn replaced(&mut self, before: Contracts) {
        let bytes = before.values().map(|contract| contract.state.size()).sum();
        self.push(Change::Replaced(before), bytes);
    }

    /// Undoes all changes from `position` on; false where that is not known any more.
    pub fn rewind(&mut self, position: u64, contracts: &mut Contracts) -> bool {
        let Some(first) = self.index(position) else {
            return false;
        };
        self.steps
            .iter_mut()
            .skip(first)
            .rev()
            .for_each(|step| step.change.swap(contracts));
        true
    }

    /// Makes them again.
    pub fn replay(&mut self, position: u64, contracts: &mut Contracts) {
        if let Some(first) = self.index(position) {
            self.steps
                .iter_mut()
                .skip(first)
                .for_each(|step| step.change.swap(contracts));
        }
    }

    fn index(&self, position: u64) -> Option<usize> {
        let index = usize::try_from(position.checked_sub(self.forgotten)?).ok()?;
        (index <= self.steps.len()).then_some(index)
    }

    fn push(&mut self, change: Change, bytes: usize) {
        self.steps.push_back(Step { change, bytes });
        self.bytes = self.bytes.saturating_add(bytes);
        while self.steps.len() > MOST_STEPS || self.bytes > MOST_BYTES {
            let Some(oldest) = self.steps.pop_front() else { return };
            self.bytes = self.bytes.saturating_sub(oldest.bytes);
            self.forgotten = self.forgotten.saturating_add(1);
        }
    }
}

impl Change {
    fn swap(&mut self, contracts: &mut Contracts) {
        match self {
            Change::Values(values) => {
                for (address, journal, deltas) in values {
                    let Some(contract) = contracts.get_mut(address) else {
                        continue;
                    };
                    *journal = contract.state.exchange(std::mem::take(journal));
                    std::mem::swap(deltas, &mut contract.deltas);
                }
            }
            Change::Deployed(address, held) => match held.take() {
                Some(contract) => {
                    contracts.insert(*address, contract);
                }
                None => *held = contracts.remove(address),
            },
            Change::Replaced(others) => std::mem::swap(others, contracts),
        }
    }
}
