//! The auditor's role: it has a task that is settled executed once more and says whether all that was stated about it is so.
//!
//! Threats: its host feeds it records, inputs, logs, receipts and modules of its choice, to learn of states that are not its own.
//! - Nothing is executed but what the enclave of a worker has signed, and which those are the principal's enclave says. A host
//!   that makes calls up would else learn from "equal" or "differs", call by call, what contracts tell their owners only.
//! - What is executed leaves the enclave as "equal", or as the first field that differs with a hash or a number of each side.
//! - No ecall signs a receipt, releases an output, answers a view or gives a state.

mod comparison;

use self::comparison::{Stated, compare};
use crate::{
    crypto::{keccak::keccak256, signing},
    ecall::{EcallError, messages as m, node_keys::NodeKeys},
    format::{
        bytes::{Address, Hash, Network},
        receipt::{Receipt, ReceiptStatus},
        task_record::TaskRecord,
    },
    hardware::{Hardware, Identity},
    task::engine::Engine,
    worker::Worker,
};

/// The outcomes on Ethereum of a task that was executed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Committed,
    Failed,
    /// It returned, and a required call failed: Ethereum took its moves back.
    CallbackFailed,
}

impl Outcome {
    fn new(number: u8) -> Option<Self> {
        match number {
            1 => Some(Self::Committed),
            2 => Some(Self::Failed),
            3 => Some(Self::CallbackFailed),
            _ => None,
        }
    }

    fn of_receipt(self) -> ReceiptStatus {
        match self {
            Self::Failed => ReceiptStatus::Failed,
            Self::Committed | Self::CallbackFailed => ReceiptStatus::Committed,
        }
    }
}

/// What the auditor's role keeps in memory.
pub struct Auditor {
    /// States, keys and modules are those of a worker, and tasks are executed as a worker does.
    worker: Worker,
}

impl Auditor {
    pub fn new(network: Network, principal: Option<Address>) -> Self {
        Self {
            worker: Worker::new(network, principal),
        }
    }

    /// # Errors
    /// As a worker's.
    pub fn request_contract_keys(
        &mut self,
        own: &NodeKeys,
        hardware: &mut dyn Hardware,
        request: m::RequestContractKeys,
    ) -> Result<m::Requested, EcallError> {
        self.worker.request_contract_keys(own, hardware, request)
    }

    /// # Errors
    /// As a worker's.
    pub fn accept_contract_keys(
        &mut self,
        own: &NodeKeys,
        identity: &Identity,
        request: &m::AcceptContractKeys,
    ) -> Result<m::Accepted, EcallError> {
        self.worker.accept_contract_keys(own, identity, request)
    }

    /// # Errors
    /// As a worker's.
    pub fn load_module(
        &mut self,
        engine: &mut dyn Engine,
        request: &m::LoadModule,
    ) -> Result<m::LoadedModule, EcallError> {
        self.worker.load_module(engine, request)
    }

    /// # Errors
    /// As a worker's.
    pub fn load_log(&mut self, request: m::LoadLog) -> Result<m::LoadedLog, EcallError> {
        self.worker.load_log(request)
    }

    /// Executes a task on the states that are loaded and compares. The states move on where all is equal and the task committed,
    /// and stay where they are otherwise.
    ///
    /// # Errors
    /// `record-malformed`, `receipt-malformed`, `receipt-of-another-task`, `outcome-differs`, `receipt-not-of-a-worker`,
    /// `log-entry-malformed`, and those of [`Worker::perform`].
    pub fn replay_task(&mut self, engine: &mut dyn Engine, request: m::ReplayTask) -> Result<m::Replayed, EcallError> {
        let record = TaskRecord::decode(&request.task.record)?;
        let task_id = record.task_id(self.worker.network());
        let receipt = self.checked_receipt(&request, &task_id)?;
        let outcome = checked_outcome(request.outcome, &receipt)?;
        let stated = Stated::new(outcome, receipt, request.output, request.logs)?;
        let replayed = self
            .worker
            .perform(engine, request.epoch, &request.task, &record, task_id)?;
        let difference = compare(&stated, &replayed);
        let committed = difference.is_none() && outcome == Outcome::Committed;
        self.worker.settle_task(&request.task.group, &task_id, committed);
        Ok(m::Replayed {
            equal: difference.is_none(),
            difference,
        })
    }

    /// The receipt, if it is this task's and a worker's enclave signed it.
    fn checked_receipt(&self, request: &m::ReplayTask, task_id: &Hash) -> Result<Receipt, EcallError> {
        let receipt = Receipt::decode(&request.receipt)
            .map_err(|_| EcallError::new("receipt-malformed", "The bytes are not the encoding of a receipt."))?;
        let named = (receipt.task_id, receipt.record_hash, receipt.epoch);
        if named != (*task_id, keccak256(&request.task.record), request.epoch) {
            return Err(EcallError::new(
                "receipt-of-another-task",
                "The receipt names another task, record or epoch of execution.",
            ));
        }
        let signer = signing::recover(&receipt.digest(self.worker.network()), &*request.signature);
        if !signer.is_some_and(|signer| self.worker.knows_worker(&signer)) {
            return Err(EcallError::new(
                "receipt-not-of-a-worker",
                "The receipt is not signed by the enclave of a worker that the principal's enclave admitted.",
            ));
        }
        Ok(receipt)
    }
}

fn checked_outcome(number: u8, receipt: &Receipt) -> Result<Outcome, EcallError> {
    let outcome = Outcome::new(number).filter(|outcome| outcome.of_receipt() == receipt.status);
    outcome.ok_or_else(|| {
        EcallError::new(
            "outcome-differs",
            "The outcome is not one that a task with such a receipt can have on Ethereum.",
        )
    })
}
