//! What a developer may see of executed tasks. In the debug package only: none of this is compiled into the release.

use std::collections::VecDeque;

use serde_bytes::ByteBuf;

use crate::{
    ecall::{EcallError, messages as m},
    format::{bytes::Hash, ending::Ending},
};

const KEPT: usize = 1_000;

/// The plaintext of the last executed tasks.
#[derive(Default)]
pub struct Inspection(VecDeque<(Hash, Ending, Vec<String>)>);

impl Inspection {
    pub fn record(&mut self, task_id: Hash, ending: Ending, logs: Vec<String>) {
        if self.0.len() >= KEPT {
            self.0.pop_front();
        }
        self.0.push_back((task_id, ending, logs));
    }

    /// The latest execution of a task.
    ///
    /// # Errors
    /// `task-not-executed`.
    pub fn inspect(&self, task_id: &Hash) -> Result<m::Inspected, EcallError> {
        let missing = || {
            EcallError::new(
                "task-not-executed",
                "The task is not among the last 1,000 that this enclave executed.",
            )
        };
        let (_, ending, logs) = self
            .0
            .iter()
            .rev()
            .find(|(known, _, _)| known == task_id)
            .ok_or_else(missing)?;
        Ok(m::Inspected {
            logs: logs.clone(),
            ending: ending.code(),
            payload: ByteBuf::from(ending.payload()),
        })
    }
}
