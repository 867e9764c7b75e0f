//! A contract's state from its log: built anew from the start or from a checkpoint, or extended.

use super::{appending::entry_tag, contract::Contract, key_ring::KeyRing, position::Position};
use crate::{
    crypto::aead,
    ecall::{EcallError, messages as m},
    format::{
        associated_data::associated_data,
        bytes::{Hash, KeyOwner, Network},
        delta::{self, Delta},
        log_entry::{EMPTY_LOG, EntryKind, LogEntry, next_state_hash},
    },
};

/// One entry, decrypted.
struct Change {
    delta: Delta,
    /// It is the first part of a checkpoint.
    clears: bool,
}

/// The position from which a contract is built anew.
///
/// # Errors
/// `log-start` where that is neither the start of the log nor, as far as can be seen, a checkpoint.
pub fn new_start(state_before: &Hash, entries: &[LogEntry]) -> Result<Position, EcallError> {
    match entries.first() {
        _ if *state_before == EMPTY_LOG => Ok(Position::start()),
        Some(first) if first.kind == EntryKind::Checkpoint => Ok(Position::before(first.index, *state_before)),
        _ => Err(EcallError::new(
            "log-start",
            "A log is loaded from its start, from the first part of a checkpoint, or from where the enclave has it.",
        )),
    }
}

/// Extends the contract's log by entries that lead to `expected_tip`. Nothing changes unless all of them are right.
///
/// # Errors
/// `log-gap`, `log-tip-differs`, `log-entry-unreadable`, `contract-keys-missing`.
pub fn extend(
    contract: &mut Contract,
    network: &Network,
    keys: &KeyRing,
    entries: &[LogEntry],
    expected_tip: &Hash,
) -> Result<(), EcallError> {
    if follow(contract.position(), entries)? != *expected_tip {
        return Err(EcallError::new(
            "log-tip-differs",
            "The entries do not lead to the expected state hash.",
        ));
    }
    let mut position = contract.position();
    let mut changes = Vec::new();
    for entry in entries {
        let (change, after) = read(network, &contract.owner, keys, &position, entry)?;
        changes.push(change);
        position = after;
    }
    let mut state = contract.take_state();
    for change in changes {
        if change.clears {
            state.clear();
        }
        state.apply(change.delta);
    }
    contract.move_to(state, position);
    Ok(())
}

/// The state hash after the entries, before anything is decrypted: what a host cannot show to be on Ethereum costs little.
fn follow(position: Position, entries: &[LogEntry]) -> Result<Hash, EcallError> {
    let (mut tip, mut length) = (position.tip, position.length);
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
    Ok(tip)
}

fn read(
    network: &Network,
    owner: &KeyOwner,
    keys: &KeyRing,
    position: &Position,
    entry: &LogEntry,
) -> Result<(Change, Position), EcallError> {
    let unreadable = || {
        EcallError::new(
            "log-entry-unreadable",
            "An entry of the log does not decrypt to a change of the state.",
        )
    };
    let keys = keys.get(owner, entry.epoch)?;
    let part = position.part(entry.kind, &entry.task_id);
    let tag = entry_tag(entry.kind);
    let context = associated_data(tag, network, &owner.secret_contract, &entry.task_id, part);
    let plaintext = aead::open_padded(&keys.state, &context, &entry.ciphertext).map_err(|_| unreadable())?;
    let change = Change {
        delta: delta::decode(&plaintext).map_err(|_| unreadable())?,
        clears: entry.kind == EntryKind::Checkpoint && part == 0,
    };
    Ok((change, position.after(entry, plaintext.len())))
}

/// An entry as the host hands it in.
///
/// # Errors
/// `log-entry-malformed`.
pub fn log_entry(entry: m::Entry) -> Result<LogEntry, EcallError> {
    let kind = match entry.kind {
        1 => EntryKind::Delta,
        2 => EntryKind::Checkpoint,
        _ => {
            return Err(EcallError::new(
                "log-entry-malformed",
                "An entry of the log is of no known kind.",
            ));
        }
    };
    Ok(LogEntry {
        index: entry.index,
        kind,
        task_id: *entry.task_id,
        epoch: entry.epoch,
        ciphertext: entry.ciphertext.into_vec(),
    })
}
