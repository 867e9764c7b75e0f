//! The encrypted log of a contract's state, and the hash chain over it.

use super::{abi::Writer, bytes::Hash};
use crate::crypto::keccak::{keccak256, keccak256_of};

/// State hash of an empty log.
pub const EMPTY_LOG: Hash = [0; 32];

/// What an entry holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    /// The changes of one task.
    Delta = 1,
    /// The whole state.
    Checkpoint = 2,
}

/// One entry, encrypted under the contract's state key of `epoch`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEntry {
    /// Place in the log, from 0.
    pub index: u64,
    pub kind: EntryKind,
    /// The task that brought it.
    pub task_id: Hash,
    /// The epoch of execution.
    pub epoch: u64,
    pub ciphertext: Vec<u8>,
}

impl LogEntry {
    /// keccak256(abi.encode(index, kind, taskId, epoch, keccak256(ciphertext))).
    pub fn hash(&self) -> Hash {
        let fields = Writer::default()
            .integer(self.index)
            .integer(self.kind as u8)
            .hash(&self.task_id)
            .integer(self.epoch);
        keccak256(&fields.hash(&keccak256(&self.ciphertext)).finish())
    }
}

/// The state hash after one more entry.
pub fn next_state_hash(before: &Hash, entry: &LogEntry) -> Hash {
    keccak256_of(&[before, &entry.hash()])
}
