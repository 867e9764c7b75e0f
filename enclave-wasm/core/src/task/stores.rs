//! The states that one task may change, and what undoes its changes, call by call.
//!
//! A running contract writes into the map itself and the journal of its call keeps what was there, so that reads and iteration
//! cost one search whatever the task has changed before. (Searching an overlay of removed keys would let a contract pay for
//! one step and take thousands.) A call that ends well hands its journal to its caller, one that fails is undone by it; so the
//! journal of the outermost call undoes the task.
//!
//! What a task changes in one contract is bounded, so that it fits into one entry of the log wherever entries go, and so is the state:
//! else one task could leave a contract behind that no other worker can load.

use super::state::{Journal, State};
use crate::format::{
    delta::{self, Delta},
    limits,
};

/// One contract's state while the task runs.
struct Store {
    state: State,
    /// Bytes of the delta, if every key that the task touched has changed.
    changed: usize,
}

/// A call that has not ended.
struct Call {
    store: usize,
    /// For each store, what undoes the changes made since the call began.
    undo: Vec<Journal>,
    /// For each store, `changed` when the call began.
    changed_before: Vec<usize>,
    /// It has changed more than fits into one entry of the log. It can no longer succeed.
    too_large: bool,
}

/// What a task leaves of one contract: its state, what changed, and how to undo it.
pub struct Kept {
    pub state: State,
    pub delta: Delta,
    pub undo: Journal,
}

/// The states of the contracts that a task may touch, by their place among them.
pub struct Stores {
    stores: Vec<Store>,
    calls: Vec<Call>,
}

impl Stores {
    /// Starts with the outermost call, of the first store.
    pub fn new(states: Vec<State>) -> Self {
        let stores = states
            .into_iter()
            .map(|state| Store {
                state,
                changed: delta::HEAD,
            })
            .collect();
        let mut started = Self {
            stores,
            calls: Vec::new(),
        };
        started.begin(0);
        started
    }

    /// From here on `store` is read and changed.
    pub fn begin(&mut self, store: usize) {
        self.calls.push(Call {
            store,
            undo: self.stores.iter().map(|_| Journal::new()).collect(),
            changed_before: self.stores.iter().map(|store| store.changed).collect(),
            too_large: false,
        });
    }

    /// The stores of the calls that have not ended, the outermost first.
    pub fn open_calls(&self) -> impl ExactSizeIterator<Item = usize> + DoubleEndedIterator {
        self.calls.iter().map(|call| call.store)
    }

    /// What the running contract sees; none only when every call has ended.
    pub fn view(&self) -> Option<&State> {
        let store = self.stores.get(self.calls.last()?.store)?;
        Some(&store.state)
    }

    /// Sets or removes `key`; does nothing but remember it where the changes would become too large.
    pub fn put(&mut self, key: &[u8], value: Option<Vec<u8>>) {
        let Some(index) = self.calls.last().map(|call| call.store) else {
            return;
        };
        let known = |call: &Call| call.undo.get(index).is_some_and(|undo| undo.contains_key(key));
        let known = self.calls.iter().any(known);
        let (Some(store), Some(call)) = (self.stores.get_mut(index), self.calls.last_mut()) else {
            return;
        };
        let before = known.then(|| delta::entry_size(key, store.state.get(key)));
        let after = delta::entry_size(key, value.as_deref());
        let changed = store.changed.saturating_sub(before.unwrap_or(0)).saturating_add(after);
        if changed > limits::DELTA {
            call.too_large = true;
            return;
        }
        store.changed = changed;
        let before = store.state.put(key.to_vec(), value);
        if let Some(undo) = call.undo.get_mut(index) {
            undo.entry(key.to_vec()).or_insert(before);
        }
    }

    /// Whether the running call would leave more than a contract may keep: it can only end out of memory.
    pub fn is_too_much(&self) -> bool {
        let too_large = self.calls.last().is_some_and(|call| call.too_large);
        too_large || self.view().is_some_and(|state| state.size() > limits::STATE)
    }

    /// Ends the running call: its caller goes on with its changes, or without them. The outermost call is ended by
    /// [`Self::keep`] or [`Self::discard`].
    pub fn end(&mut self, kept: bool) {
        if self.calls.len() < 2 {
            return;
        }
        let Some(ended) = self.calls.pop() else { return };
        match self.calls.last_mut() {
            Some(caller) if kept => {
                for (before, undo) in caller.undo.iter_mut().zip(ended.undo) {
                    // What the caller itself remembers is older.
                    undo.into_iter().for_each(|(key, value)| {
                        before.entry(key).or_insert(value);
                    });
                }
            }
            _ => self.undo(ended),
        }
    }

    fn undo(&mut self, call: Call) {
        for ((store, undo), changed) in self.stores.iter_mut().zip(call.undo).zip(call.changed_before) {
            store.state.apply(undo);
            store.changed = changed;
        }
    }

    /// Keeps all changes. A key that was put back to what it was is no change.
    pub fn keep(mut self) -> Vec<Kept> {
        while self.calls.len() > 1 {
            self.end(false);
        }
        let journals = self.calls.pop().map(|call| call.undo).unwrap_or_default();
        let keep = |(store, mut undo): (Store, Journal)| {
            let state = store.state;
            undo.retain(|key, before| state.get(key) != before.as_deref());
            let value = |key: &Vec<u8>| (key.clone(), state.get(key).map(<[u8]>::to_vec));
            let delta = undo.keys().map(value).collect();
            Kept { state, delta, undo }
        };
        self.stores.into_iter().zip(journals).map(keep).collect()
    }

    /// Gives the states back as they were, whichever calls have not ended.
    pub fn discard(mut self) -> Vec<State> {
        while let Some(call) = self.calls.pop() {
            self.undo(call);
        }
        self.stores.into_iter().map(|store| store.state).collect()
    }
}

#[cfg(test)]
mod tests;
