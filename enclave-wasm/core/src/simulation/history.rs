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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::format::bytes::KeyOwner;

    type Values = BTreeMap<Vec<u8>, Vec<u8>>;

    /// What happens to the contracts.
    #[derive(Debug, Clone)]
    enum Event {
        Deployed(u8),
        Changed(u8, Vec<u8>, Option<Vec<u8>>),
        GoneBack(usize),
    }

    fn events() -> impl Strategy<Value = Vec<Event>> {
        let bytes = || proptest::collection::vec(0..3u8, 0..2);
        let event = prop_oneof![
            (0..4u8).prop_map(Event::Deployed),
            (0..4u8, bytes(), proptest::option::of(bytes()))
                .prop_map(|(at, key, value)| Event::Changed(at, key, value)),
            (0..8usize).prop_map(Event::GoneBack),
        ];
        proptest::collection::vec(event, 0..30)
    }

    fn seen(contracts: &Contracts) -> BTreeMap<Address, (Values, usize)> {
        let values = |contract: &Contract| {
            let entries = contract.state.entries();
            entries.map(|(key, value)| (key.to_vec(), value.to_vec())).collect()
        };
        contracts
            .iter()
            .map(|(address, contract)| (*address, (values(contract), contract.deltas)))
            .collect()
    }

    fn happen(event: Event, history: &mut History, contracts: &mut Contracts, kept: &[Contracts]) {
        match event {
            Event::Deployed(at) if !contracts.contains_key(&[at; 20]) => {
                let owner = KeyOwner {
                    secret_contract: [at; 20],
                    code_hash: [0; 32],
                    group: [at; 20],
                };
                contracts.insert([at; 20], Contract::new(owner));
                history.deployed([at; 20]);
            }
            Event::Changed(at, key, value) => {
                let Some(contract) = contracts.get_mut(&[at; 20]) else {
                    return;
                };
                let before = contract.deltas;
                contract.deltas += 1;
                let undo = contract.state.exchange([(key, value)].into());
                history.changed(vec![([at; 20], undo, before)]);
            }
            Event::GoneBack(to) => {
                let Some(snapshot) = kept.get(to) else { return };
                history.replaced(std::mem::replace(contracts, snapshot.clone()));
            }
            Event::Deployed(_) => {}
        }
    }

    proptest! {
        #[test]
        fn every_moment_can_be_gone_back_to_and_left_again(events in events()) {
            let (mut history, mut contracts) = (History::default(), Contracts::default());
            let mut moments = vec![(history.position(), seen(&contracts))];
            let mut kept = vec![contracts.clone()];
            for event in events {
                happen(event, &mut history, &mut contracts, &kept);
                moments.push((history.position(), seen(&contracts)));
                kept.push(contracts.clone());
            }
            let now = seen(&contracts);
            for (position, then) in moments {
                prop_assert!(history.rewind(position, &mut contracts));
                prop_assert_eq!(seen(&contracts), then);
                history.replay(position, &mut contracts);
                prop_assert_eq!(seen(&contracts), now.clone());
            }
        }
    }

    #[test]
    fn what_is_too_long_ago_is_forgotten() {
        let (mut history, mut contracts) = (History::default(), Contracts::default());
        (0..MOST_STEPS + 5).for_each(|_| history.changed(Vec::new()));
        assert!(!history.rewind(4, &mut contracts));
        assert!(history.rewind(5, &mut contracts));
        assert!(!history.rewind(history.position() + 1, &mut contracts));
        history.changed(vec![([1; 20], [(vec![0; MOST_BYTES + 1], None)].into(), 0)]);
        assert!(!history.rewind(history.position() - 1, &mut contracts));
    }
}
