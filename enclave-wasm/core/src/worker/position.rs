//! Where a contract's log stands.

use crate::format::{
    bytes::Hash,
    log_entry::{EMPTY_LOG, EntryKind, LogEntry, next_state_hash},
};

/// The end of a log, and what decides about the next entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// The state hash after the last entry.
    pub tip: Hash,
    /// The index of the next entry.
    pub length: u64,
    /// Plaintext bytes of all deltas since the last checkpoint, or since the start.
    pub deltas: usize,
    /// Of a checkpoint whose part was the last entry: its task and the number of its parts so far.
    checkpoint: Option<(Hash, u32)>,
}

impl Position {
    /// The start of a log, or the place before an entry with this index.
    pub fn before(index: u64, state_before: Hash) -> Self {
        Self {
            tip: state_before,
            length: index,
            deltas: 0,
            checkpoint: None,
        }
    }

    /// Nothing logged yet.
    pub fn start() -> Self {
        Self::before(0, EMPTY_LOG)
    }

    /// The place of an entry of this kind and task among the parts of its checkpoint; 0 for a delta.
    pub fn part(&self, kind: EntryKind, task_id: &Hash) -> u32 {
        match (kind, self.checkpoint) {
            (EntryKind::Checkpoint, Some((task, parts))) if task == *task_id => parts,
            _ => 0,
        }
    }

    /// The position after `entry`, whose plaintext has so many bytes.
    pub fn after(&self, entry: &LogEntry, plaintext: usize) -> Self {
        let (deltas, checkpoint) = match entry.kind {
            EntryKind::Delta => (self.deltas.saturating_add(plaintext), None),
            EntryKind::Checkpoint => {
                let parts = self.part(entry.kind, &entry.task_id).saturating_add(1);
                (0, Some((entry.task_id, parts)))
            }
        };
        Self {
            tip: next_state_hash(&self.tip, entry),
            length: self.length.saturating_add(1),
            deltas,
            checkpoint,
        }
    }
}
