//! What a developer may see of executed tasks. In the debug package only: none of this is compiled into the release.

use std::collections::VecDeque;

use serde_bytes::ByteBuf;

use crate::{
    ecall::{EcallError, messages as m},
    format::{bytes::Hash, ending::Ending},
};

const KEPT: usize = 1_000;
/// What they may hold together, in bytes: a thousand of the largest tasks would not fit into an enclave.
const KEPT_BYTES: usize = 32 << 20;

/// The plaintext of one executed task.
struct Seen {
    task_id: Hash,
    input: Vec<u8>,
    ending: Ending,
    logs: Vec<String>,
}

impl Seen {
    fn size(&self) -> usize {
        let logs = self.logs.iter().fold(0, |sum: usize, line| {
            sum.saturating_add(line.len()).saturating_add(size_of::<String>())
        });
        self.input
            .len()
            .saturating_add(self.ending.payload().len())
            .saturating_add(logs)
    }
}

/// The plaintext of the last executed tasks.
#[derive(Default)]
pub struct Inspection {
    seen: VecDeque<Seen>,
    bytes: usize,
}

impl Inspection {
    /// Remembers a task; `input` is empty where it did not decrypt.
    pub fn record(&mut self, task_id: Hash, input: Vec<u8>, ending: Ending, logs: Vec<String>) {
        let latest = Seen {
            task_id,
            input,
            ending,
            logs,
        };
        self.bytes = self.bytes.saturating_add(latest.size());
        self.seen.push_back(latest);
        // The latest stays whatever its size.
        while self.seen.len() > KEPT || (self.bytes > KEPT_BYTES && self.seen.len() > 1) {
            let Some(oldest) = self.seen.pop_front() else { return };
            self.bytes = self.bytes.saturating_sub(oldest.size());
        }
    }

    /// The latest execution of a task.
    ///
    /// # Errors
    /// `task-not-executed`.
    pub fn inspect(&self, task_id: &Hash) -> Result<m::Inspected, EcallError> {
        let missing = || {
            EcallError::new(
                "task-not-executed",
                "The task is not among the last that this enclave executed.",
            )
        };
        let seen = self
            .seen
            .iter()
            .rev()
            .find(|seen| seen.task_id == *task_id)
            .ok_or_else(missing)?;
        Ok(m::Inspected {
            logs: seen.logs.clone(),
            input: ByteBuf::from(seen.input.clone()),
            ending: seen.ending.code(),
            payload: ByteBuf::from(seen.ending.payload()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ending(byte: u8) -> Ending {
        Ending::Returned(vec![byte])
    }

    #[test]
    fn keeps_the_last_thousand_tasks_and_the_latest_execution_of_each() {
        let mut inspection = Inspection::default();
        let id = |number: u16| {
            let mut id = [0; 32];
            id[..2].copy_from_slice(&number.to_be_bytes());
            id
        };
        for number in 0..1_001 {
            inspection.record(id(number), vec![1], ending(1), Vec::new());
        }
        assert_eq!(inspection.inspect(&id(0)).err().unwrap().code, "task-not-executed");
        assert!(inspection.inspect(&id(1)).is_ok());
        inspection.record(id(1), vec![2, 3], ending(2), Vec::new());
        let latest = inspection.inspect(&id(1)).unwrap();
        assert_eq!((latest.input.to_vec(), latest.payload.to_vec()), (vec![2, 3], vec![2]));
    }

    #[test]
    fn forgets_the_oldest_rather_than_hold_more_than_its_share_of_memory() {
        let mut inspection = Inspection::default();
        inspection.record([1; 32], vec![0; KEPT_BYTES / 2], ending(1), Vec::new());
        inspection.record([2; 32], Vec::new(), ending(2), vec!["x".repeat(KEPT_BYTES)]);
        assert!(inspection.inspect(&[1; 32]).is_err());
        assert!(inspection.inspect(&[2; 32]).is_ok());
        inspection.record([3; 32], Vec::new(), ending(3), Vec::new());
        assert!(inspection.inspect(&[2; 32]).is_err());
        assert!(inspection.inspect(&[3; 32]).is_ok());
    }
}
