//! What a committed task appends to the log of each contract that it may touch: its delta, and by rule a checkpoint.

use zeroize::Zeroizing;

use super::position::Position;
use crate::{
    crypto::{aead, contract_keys::ContractKeys},
    ecall::EcallError,
    format::{
        associated_data::associated_data,
        bytes::{Address, Hash, Network},
        checkpoint,
        delta::{self, Delta, DeltaError},
        log_entry::{EntryKind, LogEntry},
        tag::Tag,
    },
    task::state::State,
};

/// Which task appends to which contract's log, and under which keys.
pub struct Appender<'a> {
    pub network: &'a Network,
    pub secret_contract: &'a Address,
    pub task_id: &'a Hash,
    /// The epoch of execution.
    pub epoch: u64,
    /// Of that epoch.
    pub keys: &'a ContractKeys,
}

impl Appender<'_> {
    /// The entries that follow `position` for a task that made `delta` and left `state`, and the position after them.
    ///
    /// # Errors
    /// `delta-too-large`, which no run is known to cause.
    pub fn entries(
        &self,
        position: Position,
        delta: &Delta,
        state: &State,
    ) -> Result<(Vec<LogEntry>, Position), EcallError> {
        let plaintext = Zeroizing::new(delta::encode(delta).map_err(too_large)?);
        let entry = self.entry(&position, EntryKind::Delta, &plaintext);
        let mut position = position.after(&entry, plaintext.len());
        let mut entries = vec![entry];
        if checkpoint::is_due(position.deltas, state.size()) {
            for part in checkpoint::parts(state.entries()).map_err(too_large)? {
                let part = Zeroizing::new(part);
                let entry = self.entry(&position, EntryKind::Checkpoint, &part);
                position = position.after(&entry, part.len());
                entries.push(entry);
            }
        }
        Ok((entries, position))
    }

    fn entry(&self, position: &Position, kind: EntryKind, plaintext: &[u8]) -> LogEntry {
        let part = position.part(kind, self.task_id);
        let context = associated_data(entry_tag(kind), self.network, self.secret_contract, self.task_id, part);
        LogEntry {
            index: position.length,
            kind,
            task_id: *self.task_id,
            epoch: self.epoch,
            ciphertext: aead::seal_padded(&self.keys.state, &context, plaintext),
        }
    }
}

/// The purpose of an entry's ciphertext.
pub fn entry_tag(kind: EntryKind) -> Tag {
    match kind {
        EntryKind::Delta => Tag::Delta,
        EntryKind::Checkpoint => Tag::Checkpoint,
    }
}

fn too_large(_: DeltaError) -> EcallError {
    EcallError::new(
        "delta-too-large",
        "The changes of the task do not fit into one entry of the log.",
    )
}
