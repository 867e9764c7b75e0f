//! What was stated about a task beside what replaying it gives, field by field.
//!
//! Of each field only what is public by itself is shown. Moves and logs are shown as one hash of all their bytes: a state hash that
//! no log has would, put into the next question, tell the host more than this one.

use serde_bytes::ByteBuf;

use super::Outcome;
use crate::{
    crypto::keccak::keccak256,
    ecall::{EcallError, messages as m},
    format::{
        abi::Writer,
        bytes::Address,
        log_entry::LogEntry,
        receipt::{Move, Receipt},
    },
    worker::{
        loading::log_entry,
        performing::{AppendedLog, Statement},
    },
};

/// What stands on Ethereum and in the logs about a task.
pub struct Stated {
    outcome: Outcome,
    receipt: Receipt,
    output: Option<Vec<u8>>,
    logs: Vec<(Address, Vec<LogEntry>)>,
}

impl Stated {
    /// # Errors
    /// `log-entry-malformed`.
    pub fn new(
        outcome: Outcome,
        receipt: Receipt,
        output: Option<ByteBuf>,
        logs: Vec<m::ContractLog>,
    ) -> Result<Self, EcallError> {
        let read = |log: m::ContractLog| {
            let entries = log.entries.into_iter().map(log_entry).collect::<Result<_, _>>()?;
            Ok((*log.secret_contract, entries))
        };
        Ok(Self {
            outcome,
            receipt,
            output: output.map(ByteBuf::into_vec),
            logs: logs.into_iter().map(read).collect::<Result<_, EcallError>>()?,
        })
    }
}

/// The first field that differs.
pub fn compare(stated: &Stated, replayed: &Statement) -> Option<m::Difference> {
    let (expected, actual) = (&stated.receipt, &replayed.receipt);
    // Entries that Ethereum took back, or that a failed task never made, stand in no log.
    let no_logs: &[AppendedLog] = &[];
    let appended = match stated.outcome {
        Outcome::Committed => replayed.logs.as_slice(),
        Outcome::Failed | Outcome::CallbackFailed => no_logs,
    };
    let expected_logs = stated
        .logs
        .iter()
        .map(|(contract, entries)| (contract, entries.as_slice()));
    let actual_logs = appended
        .iter()
        .map(|log| (&log.secret_contract, log.entries.as_slice()));
    // The user of a task whose required call failed gets nothing of its output.
    let withheld = stated.outcome == Outcome::CallbackFailed;
    let replayed_output: &[u8] = if withheld { &[] } else { &replayed.output };
    let output = stated.output.as_deref();
    None.or_else(|| differ("moves", moves(&expected.moves), moves(&actual.moves)))
        .or_else(|| differ("outputHash", expected.output_hash, actual.output_hash))
        .or_else(|| {
            differ(
                "gasUsed",
                expected.gas_used.to_be_bytes(),
                actual.gas_used.to_be_bytes(),
            )
        })
        .or_else(|| differ("effectsHash", expected.effects_hash, actual.effects_hash))
        .or_else(|| differ("status", [expected.status as u8], [actual.status as u8]))
        .or_else(|| differ("logs", logs(expected_logs), logs(actual_logs)))
        .or_else(|| output.and_then(|output| differ("output", keccak256(output), keccak256(replayed_output))))
}

fn differ<B: AsRef<[u8]> + PartialEq>(field: &'static str, expected: B, actual: B) -> Option<m::Difference> {
    (expected != actual).then(|| m::Difference {
        field,
        expected: ByteBuf::from(expected.as_ref()),
        actual: ByteBuf::from(actual.as_ref()),
    })
}

fn moves(moves: &[Move]) -> [u8; 32] {
    let write = |writer: Writer, one: &Move| {
        writer
            .address(&one.secret_contract)
            .hash(&one.state_before)
            .hash(&one.state_after)
    };
    keccak256(&moves.iter().fold(Writer::default(), write).finish())
}

/// Each log's contract and number of entries, and the entries' hashes.
fn logs<'a>(logs: impl Iterator<Item = (&'a Address, &'a [LogEntry])>) -> [u8; 32] {
    let write = |writer: Writer, (contract, entries): (&Address, &[LogEntry])| {
        let head = writer.address(contract).integer(entries.len() as u128);
        entries.iter().fold(head, |writer, entry| writer.hash(&entry.hash()))
    };
    keccak256(&logs.fold(Writer::default(), write).finish())
}
