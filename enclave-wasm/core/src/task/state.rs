//! A contract's state: an ordered map that knows its own size, and journals that make changes to it revocable.

use std::{
    collections::{BTreeMap, btree_map},
    ops::Bound,
};

use crate::format::delta;

/// Keys and values, in the order of the keys' bytes.
#[derive(Default)]
#[cfg_attr(feature = "debug", derive(Clone))]
pub struct State {
    values: BTreeMap<Vec<u8>, Vec<u8>>,
    /// Bytes of all entries in the form of a checkpoint; kept while changing, since adding up a state for every task would
    /// make each task cost the state's size.
    entries_size: usize,
}

/// For every key touched since a point in time, the value it had then, or none.
pub type Journal = BTreeMap<Vec<u8>, Option<Vec<u8>>>;

impl State {
    /// The value under `key`.
    pub fn get(&self, key: &[u8]) -> Option<&[u8]> {
        self.values.get(key).map(Vec::as_slice)
    }

    /// The smallest key greater than `key`.
    pub fn next_key(&self, key: &[u8]) -> Option<&[u8]> {
        let after = (Bound::Excluded(key), Bound::Unbounded);
        self.values
            .range::<[u8], _>(after)
            .next()
            .map(|(key, _)| key.as_slice())
    }

    /// Bytes of a checkpoint of this state in one part.
    pub fn size(&self) -> usize {
        self.entries_size.saturating_add(delta::HEAD)
    }

    /// All keys with their values, in ascending order.
    pub fn entries(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.values
            .iter()
            .map(|(key, value)| (key.as_slice(), value.as_slice()))
    }

    /// Sets `key`, or removes it, and returns what was there.
    pub fn put(&mut self, key: Vec<u8>, value: Option<Vec<u8>>) -> Option<Vec<u8>> {
        let size = |value: &Option<Vec<u8>>| {
            let present = value.as_ref().map(|value| delta::entry_size(&key, Some(value)));
            present.unwrap_or(0)
        };
        let added = size(&value);
        let before = match value {
            Some(value) => match self.values.entry(key.clone()) {
                btree_map::Entry::Vacant(entry) => {
                    entry.insert(value);
                    None
                }
                btree_map::Entry::Occupied(mut entry) => Some(entry.insert(value)),
            },
            None => self.values.remove(&key),
        };
        let removed = size(&before);
        self.entries_size = self.entries_size.saturating_add(added).saturating_sub(removed);
        before
    }

    /// Puts every key of `values` to its value, or removes it: applies a delta, or undoes a journal.
    pub fn apply(&mut self, values: BTreeMap<Vec<u8>, Option<Vec<u8>>>) {
        for (key, value) in values {
            self.put(key, value);
        }
    }

    /// As [`Self::apply`], and returns what takes it back.
    pub fn exchange(&mut self, values: Journal) -> Journal {
        let put = |(key, value): (Vec<u8>, _)| (key.clone(), self.put(key, value));
        values.into_iter().map(put).collect()
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        *self = Self::default();
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
        for (key, value) in changes {
            state.put(key.clone(), value.clone());
        }
        state
    }

    proptest! {
        #[test]
        fn the_size_is_that_of_its_encoding(entries in changes()) {
            let state = state_of(&entries);
            let whole = state.values.iter().map(|(key, value)| (key.clone(), Some(value.clone()))).collect();
            prop_assert_eq!(state.size(), delta::encode(&whole).unwrap().len());
        }

        #[test]
        fn what_was_exchanged_can_be_taken_back_and_made_again(first in changes(), second in changes()) {
            let mut state = state_of(&first);
            let journal: Journal = second.into_iter().collect();
            let undo = state.exchange(journal.clone());
            let after = state.values.clone();
            let redo = state.exchange(undo);
            prop_assert_eq!(&state.values, &state_of(&first).values);
            state.apply(redo);
            prop_assert_eq!(&state.values, &after);
        }

        #[test]
        fn next_key_visits_all_keys_in_order(entries in changes()) {
            let state = state_of(&entries);
            let mut visited: Vec<Vec<u8>> = state.get(b"").map(|_| Vec::new()).into_iter().collect();
            let mut key: Vec<u8> = Vec::new();
            while let Some(next) = state.next_key(&key) { key = next.to_vec(); visited.push(key.clone()); }
            prop_assert_eq!(visited, state.values.keys().cloned().collect::<Vec<_>>());
        }
    }
}
