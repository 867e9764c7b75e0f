//! Tasks that were executed and whose fate on Ethereum is still open, by group and in order.
//!
//! Contracts of a group are moved by the same tasks, so they go forward and back together: when a receipt is refused, its task and
//! all that came after it in the group are undone, in every contract. Behind a task with a required call nothing is executed:
//! if the call fails, the task is undone by Ethereum itself, which nobody can foresee.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::{contract::Contract, position::Position};
use crate::{
    ecall::EcallError,
    format::bytes::{Address, Hash},
    task::state::Journal,
};

/// What a pending task did to one contract.
pub struct Part {
    pub secret_contract: Address,
    pub before: Position,
    pub undo: Journal,
}

/// A pending task.
pub struct PendingTask {
    pub task_id: Hash,
    /// It has a call that Ethereum may answer by undoing it.
    pub required_call: bool,
    pub parts: Vec<Part>,
}

impl PendingTask {
    fn part(&self, contract: &Address) -> Option<&Part> {
        self.parts.iter().find(|part| part.secret_contract == *contract)
    }
}

/// The pending tasks of all groups.
#[derive(Default)]
pub struct PendingTasks(BTreeMap<Address, VecDeque<PendingTask>>);

impl PendingTasks {
    fn of(&self, group: &Address) -> impl DoubleEndedIterator<Item = &PendingTask> {
        self.0.get(group).into_iter().flatten()
    }

    /// # Errors
    /// `task-pending`, `calls-uncommitted`.
    pub fn check_free(&self, group: &Address, task_id: &Hash) -> Result<(), EcallError> {
        if self.of(group).any(|pending| pending.task_id == *task_id) {
            return Err(EcallError::new(
                "task-pending",
                "The task was executed already and waits for its settlement.",
            ));
        }
        if self.of(group).any(|pending| pending.required_call) {
            return Err(EcallError::new(
                "calls-uncommitted",
                "A task of the group waits for a call that could undo it; nothing is executed behind it.",
            ));
        }
        Ok(())
    }

    /// How many pending tasks of the group have a part in the contract.
    pub fn count(&self, group: &Address, contract: &Address) -> usize {
        self.of(group)
            .filter(|pending| pending.part(contract).is_some())
            .count()
    }

    /// Where the contract stood before its first pending task; none where nothing of it is pending.
    pub fn committed(&self, group: &Address, contract: &Address) -> Option<Position> {
        self.of(group)
            .find_map(|pending| pending.part(contract))
            .map(|part| part.before)
    }

    pub fn push(&mut self, group: Address, task: PendingTask) {
        self.0.entry(group).or_default().push_back(task);
    }

    /// Makes a pending task and all before it in the group final, or undoes it and all after it. Returns the contracts that they
    /// touched; a task that is not pending changes nothing.
    pub fn settle(
        &mut self,
        contracts: &mut BTreeMap<Address, Contract>,
        group: &Address,
        task_id: &Hash,
        committed: bool,
    ) -> BTreeSet<Address> {
        let Some(queue) = self.0.get_mut(group) else {
            return BTreeSet::new();
        };
        let Some(position) = queue.iter().position(|pending| pending.task_id == *task_id) else {
            return BTreeSet::new();
        };
        let settled: Vec<PendingTask> = if committed {
            queue.drain(..=position).collect()
        } else {
            queue.drain(position..).rev().collect()
        };
        if queue.is_empty() {
            self.0.remove(group);
        }
        let mut touched = BTreeSet::new();
        for part in settled.into_iter().flat_map(|task| task.parts) {
            touched.insert(part.secret_contract);
            if !committed && let Some(contract) = contracts.get_mut(&part.secret_contract) {
                contract.undo(part.undo, part.before);
            }
        }
        touched
    }

    /// Takes a contract back to its committed state, for as long as [`Self::replay`] does not follow. What was to undo the pending
    /// tasks' changes makes them again meanwhile, so this costs what they changed and not what the state holds.
    pub fn rewind(&mut self, address: &Address, contract: &mut Contract) {
        let queue = self.0.get_mut(contract.group());
        exchange(queue.into_iter().flatten().rev(), address, contract);
    }

    /// Ends what [`Self::rewind`] began.
    pub fn replay(&mut self, address: &Address, contract: &mut Contract) {
        let queue = self.0.get_mut(contract.group());
        exchange(queue.into_iter().flatten(), address, contract);
    }

    /// Forgets what is pending in a group, since its states are lost.
    pub fn forget(&mut self, group: &Address) {
        self.0.remove(group);
    }
}

fn exchange<'a>(tasks: impl Iterator<Item = &'a mut PendingTask>, address: &Address, contract: &mut Contract) {
    let parts = tasks.flat_map(|task| &mut task.parts);
    for part in parts.filter(|part| part.secret_contract == *address) {
        part.undo = contract.exchange(std::mem::take(&mut part.undo));
    }
}
