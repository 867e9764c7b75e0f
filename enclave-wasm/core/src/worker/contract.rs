//! One contract inside a worker's enclave: its state, the log it was built from, and the tasks whose fate is still open.
//!
//! Execution runs ahead of Ethereum: each executed task's changes are in the state at once, with the journal that undoes them.
//! When a receipt is refused, its task and all that built on it are undone.

use std::collections::VecDeque;

use super::key_ring::KeyRing;
use crate::{
    crypto::aead,
    ecall::EcallError,
    format::{
        associated_data::associated_data,
        bytes::{Address, Hash, Network},
        delta::{self, Delta},
        log_entry::{EMPTY_LOG, EntryKind, LogEntry, next_state_hash},
        tag::Tag,
    },
    task::state::{Journal, State},
};

/// A task that was executed and not yet settled.
struct Pending {
    task_id: Hash,
    tip_before: Hash,
    undo: Journal,
}

/// A contract, known from its log.
pub struct Contract {
    pub code_hash: Hash,
    state: State,
    tip: Hash,
    length: u64,
    pending: VecDeque<Pending>,
}

impl Contract {
    /// A contract with an empty log.
    pub fn new(code_hash: Hash) -> Self {
        Self {
            code_hash,
            state: State::default(),
            tip: EMPTY_LOG,
            length: 0,
            pending: VecDeque::new(),
        }
    }

    /// The state hash after the last entry, pending ones included.
    pub fn tip(&self) -> Hash {
        self.tip
    }

    /// The number of entries, pending ones included.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// How many tasks are pending.
    pub fn pending(&self) -> usize {
        self.pending.len()
    }

    /// Whether this task is pending.
    pub fn is_pending(&self, task_id: &Hash) -> bool {
        self.pending.iter().any(|pending| pending.task_id == *task_id)
    }

    /// Takes the state out for an execution; [`Self::put_back`] or [`Self::append`] must follow.
    pub fn take_state(&mut self) -> State {
        std::mem::take(&mut self.state)
    }

    /// Puts the state back unchanged.
    pub fn put_back(&mut self, state: State) {
        self.state = state;
    }

    /// Puts the state back with a task's changes and moves the tip to its entry.
    pub fn append(&mut self, state: State, undo: Journal, entry: &LogEntry) {
        self.state = state;
        self.pending.push_back(Pending {
            task_id: entry.task_id,
            tip_before: self.tip,
            undo,
        });
        self.tip = next_state_hash(&self.tip, entry);
        self.length = self.length.saturating_add(1);
    }

    /// Makes a pending task and all before it final, or undoes it and all after it. A task that is not pending changes nothing.
    pub fn settle(&mut self, task_id: &Hash, committed: bool) {
        let Some(position) = self.pending.iter().position(|pending| pending.task_id == *task_id) else {
            return;
        };
        if committed {
            self.pending.drain(..=position);
            return;
        }
        while self.pending.len() > position {
            let Some(undone) = self.pending.pop_back() else { return };
            self.state.apply(undone.undo);
            self.tip = undone.tip_before;
            self.length = self.length.saturating_sub(1);
        }
    }

    /// Extends the log by entries that lead to `expected_tip`. Nothing changes unless all of them are right.
    ///
    /// # Errors
    /// `log-pending`, `log-gap`, `log-tip-differs`, `log-entry-unreadable`, `contract-keys-missing`.
    pub fn extend(
        &mut self,
        network: &Network,
        address: &Address,
        keys: &KeyRing,
        entries: &[LogEntry],
        expected_tip: &Hash,
    ) -> Result<(), EcallError> {
        if !self.pending.is_empty() {
            return Err(EcallError::new(
                "log-pending",
                "Tasks of the contract are pending; settle them before loading its log.",
            ));
        }
        let (tip, length) = self.follow(entries)?;
        if tip != *expected_tip {
            return Err(EcallError::new(
                "log-tip-differs",
                "The entries do not lead to the expected state hash.",
            ));
        }
        let read = |entry: &LogEntry| {
            read_entry(
                network,
                address,
                keys.get(address, &self.code_hash, entry.epoch)?,
                entry,
            )
        };
        let changes: Vec<(EntryKind, Delta)> = entries.iter().map(read).collect::<Result<_, _>>()?;
        for (kind, delta) in changes {
            if kind == EntryKind::Checkpoint {
                self.state.clear();
            }
            self.state.apply(delta);
        }
        (self.tip, self.length) = (tip, length);
        Ok(())
    }

    fn follow(&self, entries: &[LogEntry]) -> Result<(Hash, u64), EcallError> {
        let (mut tip, mut length) = (self.tip, self.length);
        for entry in entries {
            if entry.index != length {
                return Err(EcallError::new(
                    "log-gap",
                    "The entries do not follow the last one that the enclave has.",
                ));
            }
            tip = next_state_hash(&tip, entry);
            length = length.saturating_add(1);
        }
        Ok((tip, length))
    }
}

fn read_entry(
    network: &Network,
    address: &Address,
    keys: &crate::crypto::contract_keys::ContractKeys,
    entry: &LogEntry,
) -> Result<(EntryKind, Delta), EcallError> {
    let unreadable = || {
        EcallError::new(
            "log-entry-unreadable",
            "An entry of the log does not decrypt to a change of the state.",
        )
    };
    let tag = match entry.kind {
        EntryKind::Delta => Tag::Delta,
        EntryKind::Checkpoint => Tag::Checkpoint,
    };
    let context = associated_data(tag, network, address, &entry.task_id, 0);
    let plaintext = aead::open_padded(&keys.state, &context, &entry.ciphertext).map_err(|_| unreadable())?;
    Ok((entry.kind, delta::decode(&plaintext).map_err(|_| unreadable())?))
}
