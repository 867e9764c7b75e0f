//! One contract inside a worker's enclave: its state, and where the log stands that it was built from.

use super::{faults::group_differs, position::Position};
use crate::{
    ecall::EcallError,
    format::{
        bytes::{Address, Hash, KeyOwner},
        log_entry::EMPTY_LOG,
    },
    task::state::{Journal, State},
};

/// A contract, known from its log. Execution runs ahead of Ethereum: the changes of pending tasks are in the state at once.
pub struct Contract {
    pub owner: KeyOwner,
    state: State,
    position: Position,
}

impl Contract {
    /// A contract without a state, whose log goes on at `position`.
    pub fn new(owner: KeyOwner, position: Position) -> Self {
        Self {
            owner,
            state: State::default(),
            position,
        }
    }

    pub fn group(&self) -> &Address {
        &self.owner.group
    }

    /// # Errors
    /// `code-hash-differs`, `group-differs`.
    pub fn check_owner(&self, owner: &KeyOwner) -> Result<(), EcallError> {
        if self.owner.code_hash != owner.code_hash {
            return Err(EcallError::new(
                "code-hash-differs",
                "The contract is known with another code hash.",
            ));
        }
        if self.owner.group != owner.group {
            return Err(group_differs());
        }
        Ok(())
    }

    /// The state hash after the last entry, pending ones included.
    pub fn tip(&self) -> Hash {
        self.position.tip
    }

    /// The number of entries, pending ones included.
    pub fn length(&self) -> u64 {
        self.position.length
    }

    /// Whether nothing was ever logged, or all of it was undone.
    pub fn is_empty(&self) -> bool {
        self.position.tip == EMPTY_LOG
    }

    pub fn position(&self) -> Position {
        self.position
    }

    /// Takes the state out for an execution; [`Self::put_back`] or [`Self::move_to`] must follow.
    pub fn take_state(&mut self) -> State {
        std::mem::take(&mut self.state)
    }

    /// Puts the state back unchanged.
    pub fn put_back(&mut self, state: State) {
        self.state = state;
    }

    /// Puts the state of a later or earlier position there.
    pub fn move_to(&mut self, state: State, position: Position) {
        (self.state, self.position) = (state, position);
    }

    /// Undoes what a journal undoes, and goes back to the position before it.
    pub fn undo(&mut self, undo: Journal, before: Position) {
        self.state.apply(undo);
        self.position = before;
    }

    /// Undoes a journal and returns what redoes it; the position stays.
    pub fn exchange(&mut self, journal: Journal) -> Journal {
        self.state.exchange(journal)
    }
}
