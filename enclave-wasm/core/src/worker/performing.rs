//! A task executed on the states that this enclave has: all that a receipt will state, before anything is signed or sealed.

use std::rc::Rc;

use super::{
    Worker,
    appending::Appender,
    contract::Contract,
    faults::{fault_error, log_missing, module_missing},
    pending::{Part, PendingTask},
    position::Position,
    task_check::{Named, check_task},
};
#[cfg(feature = "debug")]
use crate::format::ending::Ending;
use crate::{
    crypto::{contract_keys::ContractKeys, keccak::keccak256},
    ecall::{EcallError, messages as m},
    format::{
        bytes::{Address, Hash, KeyOwner},
        effect::{Effect, EffectKind, effects_hash},
        log_entry::LogEntry,
        receipt::{Move, Receipt, ReceiptStatus},
        task_record::{TaskKind, TaskRecord},
    },
    task::{
        engine::Engine,
        execution::{self, Execution, Order},
        stores::{Kept, Stores},
        task_host::Participant,
    },
};

/// What a task came to.
pub struct Statement {
    pub receipt: Receipt,
    /// In the order of the receipt's moves; empty for a failed task.
    pub logs: Vec<AppendedLog>,
    pub effects: Vec<Effect>,
    /// The output as the user gets it: ciphertext, or nothing where there is nobody to encrypt to.
    pub output: Vec<u8>,
    #[cfg(feature = "debug")]
    pub ending: Ending,
    /// The decrypted input.
    #[cfg(feature = "debug")]
    pub input: Vec<u8>,
    /// What the contracts logged.
    #[cfg(feature = "debug")]
    pub lines: Vec<String>,
}

/// What a task appends to one contract's log.
pub struct AppendedLog {
    pub secret_contract: Address,
    pub entries: Vec<LogEntry>,
}

/// A contract that the task may touch, with everything that execution needs of it but its state.
struct Touched {
    owner: KeyOwner,
    /// Of the record's epoch.
    keys: Rc<ContractKeys>,
    /// Of the epoch of execution.
    state_keys: Rc<ContractKeys>,
    module: Result<u32, &'static str>,
    module_length: usize,
}

impl Worker {
    /// Executes a task and moves its contracts on to a pending state, or leaves them where it fails.
    ///
    /// # Errors
    /// Those of [`check_task`], `task-pending`, `calls-uncommitted`, `module-not-loaded`, `contract-keys-missing`, `log-missing`,
    /// `code-hash-differs`, `group-differs`, `contract-exists`, `delta-too-large`, and the faults of the engine.
    pub fn perform(
        &mut self,
        engine: &mut dyn Engine,
        epoch: u64,
        task: &m::Task,
        record: &TaskRecord,
        task_id: Hash,
    ) -> Result<Statement, EcallError> {
        let named = check_task(record, task, epoch)?;
        self.pending.check_free(&task.group, &task_id)?;
        let touched = self.touched(record, &named, epoch)?;
        let order = Order {
            network: self.network,
            record,
            task_id,
            record_hash: keccak256(&task.record),
            input: &task.input,
            user_key: &task.user_key,
            module_length: touched.first().map_or(0, |called| called.module_length),
        };
        let execution = self.run(engine, &order, &touched)?;
        let running = Running {
            task_id,
            epoch,
            group: *task.group,
            touched: &touched,
        };
        running.conclude(self, &order, execution)
    }

    /// Looks up all that the task needs, and makes the contract of a deployment.
    fn touched(&mut self, record: &TaskRecord, named: &[Named], epoch: u64) -> Result<Vec<Touched>, EcallError> {
        let look_up = |owner: &Named| {
            let module = self.modules.get(&owner.code_hash, record.rules);
            let module = module.ok_or_else(module_missing)?;
            Ok(Touched {
                owner: *owner,
                keys: self.keys.get(owner, record.epoch)?,
                state_keys: self.keys.get(owner, epoch)?,
                module: module.compiled,
                module_length: module.length,
            })
        };
        if record.kind != TaskKind::Deploy {
            named.iter().try_for_each(|owner| self.check_loaded(owner))?;
            return named.iter().map(look_up).collect();
        }
        let known = self.contracts.get(&record.secret_contract);
        if known.is_some_and(|contract| !contract.is_empty()) {
            return Err(EcallError::new(
                "contract-exists",
                "The contract of the deployment has a state already.",
            ));
        }
        let touched = named.iter().map(look_up).collect::<Result<Vec<_>, _>>()?;
        for owner in named {
            let fresh = Contract::new(*owner, Position::start());
            self.contracts.insert(owner.secret_contract, fresh);
        }
        Ok(touched)
    }

    /// Whether the contract's log is loaded, under this code and in this group.
    ///
    /// # Errors
    /// `log-missing`, `code-hash-differs`, `group-differs`.
    pub(super) fn check_loaded(&self, owner: &KeyOwner) -> Result<(), EcallError> {
        let known = self.contracts.get(&owner.secret_contract);
        let known = known.filter(|contract| !contract.is_empty());
        known.ok_or_else(log_missing)?.check_owner(owner)
    }

    /// Runs the task on its contracts' states, which are in the execution afterwards, or back in their places after a fault.
    fn run(
        &mut self,
        engine: &mut dyn Engine,
        order: &Order<'_>,
        touched: &[Touched],
    ) -> Result<Execution, EcallError> {
        let keys = touched
            .first()
            .map(|called| called.keys.clone())
            .ok_or_else(log_missing)?;
        let participate = |one: &Touched| {
            let contract = self.contracts.get_mut(&one.owner.secret_contract);
            Participant {
                address: one.owner.secret_contract,
                keys: one.keys.clone(),
                module: one.module,
                state: contract.map(Contract::take_state).unwrap_or_default(),
            }
        };
        let participants = touched.iter().map(participate).collect();
        execution::execute(engine, order, &keys, participants).map_err(|(fault, states)| {
            match states {
                Some(states) => {
                    for (one, state) in touched.iter().zip(states) {
                        self.put_back(&one.owner.secret_contract, state);
                    }
                }
                None => {
                    if let Some(called) = touched.first() {
                        self.forget_group(&called.owner.group);
                    }
                }
            }
            fault_error(fault)
        })
    }
}

/// A task that was run.
struct Running<'a> {
    task_id: Hash,
    /// Of execution.
    epoch: u64,
    group: Address,
    touched: &'a [Touched],
}

impl Running<'_> {
    fn conclude(&self, worker: &mut Worker, order: &Order<'_>, execution: Execution) -> Result<Statement, EcallError> {
        let Execution {
            ending,
            gas_used,
            stores,
            effects,
            output,
            ..
        } = execution;
        let status = ending.status();
        let before: Vec<Position> = self.positions(worker);
        let logs = match status {
            ReceiptStatus::Committed => self.keep(worker, stores, &effects)?,
            ReceiptStatus::Failed => {
                self.discard(worker, stores);
                Vec::new()
            }
        };
        let after = self.positions(worker);
        let moves = self
            .touched
            .iter()
            .zip(before)
            .zip(after)
            .map(|((one, before), after)| Move {
                secret_contract: one.owner.secret_contract,
                state_before: before.tip,
                state_after: after.tip,
            });
        let receipt = Receipt {
            task_id: self.task_id,
            record_hash: order.record_hash,
            epoch: self.epoch,
            moves: moves.collect(),
            output_hash: keccak256(&output),
            gas_used,
            effects_hash: effects_hash(&effects),
            status,
        };
        Ok(Statement {
            receipt,
            logs,
            effects,
            output,
            #[cfg(feature = "debug")]
            ending,
            #[cfg(feature = "debug")]
            input: execution.input,
            #[cfg(feature = "debug")]
            lines: execution.logs,
        })
    }

    fn positions(&self, worker: &Worker) -> Vec<Position> {
        let position = |one: &Touched| {
            let contract = worker.contracts.get(&one.owner.secret_contract);
            contract.map_or_else(Position::start, Contract::position)
        };
        self.touched.iter().map(position).collect()
    }

    fn discard(&self, worker: &mut Worker, stores: Stores) {
        for (one, state) in self.touched.iter().zip(stores.discard()) {
            worker.put_back(&one.owner.secret_contract, state);
        }
    }

    /// Moves all contracts to their new states and logs, as one pending task.
    fn keep(&self, worker: &mut Worker, stores: Stores, effects: &[Effect]) -> Result<Vec<AppendedLog>, EcallError> {
        let network = worker.network;
        let kept = stores.keep();
        let append = |(one, kept): (&Touched, &Kept)| {
            let contract = worker.contracts.get(&one.owner.secret_contract);
            let appender = Appender {
                network: &network,
                secret_contract: &one.owner.secret_contract,
                task_id: &self.task_id,
                epoch: self.epoch,
                keys: &one.state_keys,
            };
            let before = contract.map_or_else(Position::start, Contract::position);
            appender.entries(before, &kept.delta, &kept.state)
        };
        let appended: Result<Vec<_>, _> = self.touched.iter().zip(&kept).map(append).collect();
        let appended = match appended {
            Ok(appended) => appended,
            Err(error) => {
                for (one, mut kept) in self.touched.iter().zip(kept) {
                    kept.state.apply(kept.undo);
                    worker.put_back(&one.owner.secret_contract, kept.state);
                }
                return Err(error);
            }
        };
        let (mut parts, mut logs) = (Vec::new(), Vec::new());
        for ((one, kept), (entries, position)) in self.touched.iter().zip(kept).zip(appended) {
            let secret_contract = one.owner.secret_contract;
            if let Some(contract) = worker.contracts.get_mut(&secret_contract) {
                parts.push(Part {
                    secret_contract,
                    before: contract.position(),
                    undo: kept.undo,
                });
                contract.move_to(kept.state, position);
            }
            logs.push(AppendedLog {
                secret_contract,
                entries,
            });
        }
        let pending = PendingTask {
            task_id: self.task_id,
            required_call: effects.iter().any(|effect| effect.kind == EffectKind::RequiredCall),
            parts,
        };
        worker.pending.push(self.group, pending);
        Ok(logs)
    }
}
