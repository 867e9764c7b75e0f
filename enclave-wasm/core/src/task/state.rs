//! A contract's state: an ordered map, and the journal that makes changes to it revocable.
//!
//! A running contract writes into the map itself and the journal keeps what was there, so that reads and iteration cost one
//! search whatever the task has changed before. (Searching an overlay of removed keys would let a contract pay for one
//! step and take thousands.)
//!
//! What one task changes is bounded, so that its log entry fits wherever entries go: else one task could leave a contract
//! behind whose state no other worker can load.

use std::{
    collections::{BTreeMap, btree_map::Entry},
    ops::Bound,
};

use crate::format::{
    delta::{self, Delta},
    limits,
};

/// Keys and values, in the order of the keys' bytes.
#[derive(Default)]
pub struct State(BTreeMap<Vec<u8>, Vec<u8>>);

/// For every key touched since a point in time, the value it had then, or none.
pub type Journal = BTreeMap<Vec<u8>, Option<Vec<u8>>>;

impl State {
    /// The value under `key`.
    pub fn get(&self, key: &[u8]) -> Option<&[u8]> {
        self.0.get(key).map(Vec::as_slice)
    }

    /// The smallest key greater than `key`.
    pub fn next_key(&self, key: &[u8]) -> Option<&[u8]> {
        let after = (Bound::Excluded(key), Bound::Unbounded);
        self.0.range::<[u8], _>(after).next().map(|(key, _)| key.as_slice())
    }

    /// Puts every key of `values` to its value, or removes it: applies a delta, or undoes a journal.
    pub fn apply(&mut self, values: BTreeMap<Vec<u8>, Option<Vec<u8>>>) {
        for (key, value) in values {
            self.put(key, value);
        }
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    fn put(&mut self, key: Vec<u8>, value: Option<Vec<u8>>) -> Option<Vec<u8>> {
        match value {
            Some(value) => self.0.insert(key, value),
            None => self.0.remove(&key),
        }
    }
}

/// The state of a contract while one of its tasks runs.
pub struct RunningState {
    state: State,
    journal: Journal,
    /// Bytes of the delta, if every key in the journal has changed.
    changed: usize,
    too_large: bool,
}

impl RunningState {
    /// Starts on `state`.
    pub fn new(state: State) -> Self {
        Self {
            state,
            journal: Journal::new(),
            changed: delta::HEAD,
            too_large: false,
        }
    }

    /// What the task sees.
    pub fn view(&self) -> &State {
        &self.state
    }

    /// Whether the task has changed more than fits into one entry of the log. It can no longer succeed.
    pub fn is_too_large(&self) -> bool {
        self.too_large
    }

    /// Sets or removes `key`; does nothing but remember it where the changes would become too large.
    pub fn put(&mut self, key: &[u8], value: Option<Vec<u8>>) {
        let known = self.journal.contains_key(key);
        let before = known.then(|| delta::entry_size(key, self.state.get(key)));
        let after = delta::entry_size(key, value.as_deref());
        let changed = self.changed.saturating_sub(before.unwrap_or(0)).saturating_add(after);
        if changed > limits::DELTA {
            self.too_large = true;
            return;
        }
        self.changed = changed;
        let before = self.state.put(key.to_vec(), value);
        if let Entry::Vacant(entry) = self.journal.entry(key.to_vec()) {
            entry.insert(before);
        }
    }

    /// Keeps the changes: the new state, what changed, and how to undo it. A key that was put back to what it was is no change.
    pub fn keep(mut self) -> (State, Delta, Journal) {
        let state = self.state;
        self.journal.retain(|key, before| state.get(key) != before.as_deref());
        let delta = self
            .journal
            .keys()
            .map(|key| (key.clone(), state.get(key).map(<[u8]>::to_vec)))
            .collect();
        (state, delta, self.journal)
    }

    /// Gives the state back as it was.
    pub fn discard(mut self) -> State {
        self.state.apply(self.journal);
        self.state
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key() -> impl Strategy<Value = Vec<u8>> {
        proptest::collection::vec(0..3u8, 0..3)
    }

    fn changes() -> impl Strategy<Value = Vec<(Vec<u8>, Option<Vec<u8>>)>> {
        proptest::collection::vec((key(), proptest::option::of(key())), 0..30)
    }

    fn state_of(changes: &[(Vec<u8>, Option<Vec<u8>>)]) -> State {
        let mut state = State::default();
        state.apply(Journal::new());
        for (key, value) in changes {
            state.put(key.clone(), value.clone());
        }
        state
    }

    #[test]
    fn changes_that_fit_no_log_entry_are_not_made() {
        let mut running = RunningState::new(State::default());
        let value = || Some(vec![7; 65_536]);
        for key in 0..15 {
            running.put(&[key], value());
        }
        assert!(!running.is_too_large());
        running.put(&[0], value());
        running.put(&[1], None);
        running.put(&[1], value());
        assert!(!running.is_too_large(), "what is written again counts once");
        running.put(&[15], value());
        assert!(running.is_too_large());
        assert_eq!(running.view().get(&[15]), None);
        assert!(delta::encode(&running.keep().1).unwrap().len() <= limits::DELTA);
    }

    proptest! {
        #[test]
        fn discarding_restores_and_undoing_after_keeping_restores(first in changes(), second in changes()) {
            let before = state_of(&first);
            let run = |state| {
                let mut running = RunningState::new(state);
                for (key, value) in &second { running.put(key, value.clone()); }
                running
            };
            prop_assert_eq!(&run(state_of(&first)).discard().0, &before.0);
            let (mut after, delta, undo) = run(state_of(&first)).keep();
            let mut replayed = state_of(&first);
            replayed.apply(delta);
            prop_assert_eq!(&replayed.0, &after.0);
            after.apply(undo);
            prop_assert_eq!(&after.0, &before.0);
        }

        #[test]
        fn the_delta_is_never_larger_than_what_was_counted(first in changes(), second in changes()) {
            let mut running = RunningState::new(state_of(&first));
            for (key, value) in second { running.put(&key, value); }
            let changed = running.changed;
            prop_assert!(delta::encode(&running.keep().1).unwrap().len() <= changed);
        }

        #[test]
        fn next_key_visits_all_keys_in_order(entries in changes()) {
            let state = state_of(&entries);
            let mut visited: Vec<Vec<u8>> = state.get(b"").map(|_| Vec::new()).into_iter().collect();
            let mut key: Vec<u8> = Vec::new();
            while let Some(next) = state.next_key(&key) { key = next.to_vec(); visited.push(key.clone()); }
            prop_assert_eq!(visited, state.0.keys().cloned().collect::<Vec<_>>());
        }
    }
}
