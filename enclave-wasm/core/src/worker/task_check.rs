//! Whether what the host hands in for a task is what the task's record names.

use super::faults::{group_differs, input_too_large};
use crate::{
    crypto::keccak::keccak256_of,
    ecall::{EcallError, messages as m},
    format::{
        abi::Writer,
        bytes::{Address, Hash, KeyOwner},
        limits,
        task_record::{TaskKind, TaskRecord},
        touches::{NO_TOUCHES, touches_hash},
    },
};

/// A contract that a task may touch.
pub type Named = KeyOwner;

/// The contracts that the task may touch, the called one first.
///
/// # Errors
/// `input-too-large`, `input-hash-differs`, `epoch-ahead`, `group-differs`, `touches-differ`: the input is not the record's, or the
/// record not for now.
pub fn check_task(record: &TaskRecord, task: &m::Task, epoch: u64) -> Result<Vec<Named>, EcallError> {
    if task.input.len() > limits::ENCRYPTED_MESSAGE {
        return Err(input_too_large());
    }
    if keccak256_of(&[&task.input, &*task.user_key]) != record.input_hash {
        return Err(EcallError::new(
            "input-hash-differs",
            "The input is not the one that the record names.",
        ));
    }
    if record.epoch > epoch {
        return Err(EcallError::new(
            "epoch-ahead",
            "The record names a later epoch than the one of execution.",
        ));
    }
    check_touches(record, task)?;
    let owner = |secret_contract, code_hash| KeyOwner {
        secret_contract,
        code_hash,
        group: *task.group,
    };
    let called = owner(record.secret_contract, record.code_hash);
    let others = task
        .touches
        .iter()
        .map(|one| owner(*one.secret_contract, *one.code_hash));
    Ok([called].into_iter().chain(others).collect())
}

fn check_touches(record: &TaskRecord, task: &m::Task) -> Result<(), EcallError> {
    let touches: Vec<Address> = task.touches.iter().map(|one| *one.secret_contract).collect();
    let right = match record.kind {
        TaskKind::Deploy => {
            if joined_group(record) != address_word(&task.group) {
                return Err(group_differs());
            }
            touches.is_empty()
        }
        TaskKind::Call | TaskKind::PostedCall | TaskKind::OrderedCall => {
            touches_hash(&record.secret_contract, &touches) == Some(record.touches_hash)
        }
    };
    if right {
        return Ok(());
    }
    Err(EcallError::new(
        "touches-differ",
        "The contracts that the task may touch are not those that its record names.",
    ))
}

/// The group that a deployment joins, as a word.
fn joined_group(record: &TaskRecord) -> Hash {
    if record.touches_hash == NO_TOUCHES {
        address_word(&record.secret_contract)
    } else {
        record.touches_hash
    }
}

fn address_word(address: &Address) -> Hash {
    let word = Writer::default().address(address).finish();
    word.try_into().unwrap_or(NO_TOUCHES)
}
