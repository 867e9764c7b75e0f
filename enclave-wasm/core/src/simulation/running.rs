//! Running a call, a deployment or a view as `task::execution` runs the task that it stands for.

use enigma_metering::{Entry, MAX_GAS_LIMIT};

use super::{
    Simulation, SimulationError,
    contract::Contract,
    intrinsic_gas,
    report::{Report, Written, sealed_length},
};
use crate::{
    format::{
        bytes::{Address, Hash, KeyOwner, word},
        checkpoint, delta,
        effect::Effect,
        ending::Ending,
        limits,
        receipt::ReceiptStatus,
        task_record::task_id,
    },
    task::{
        engine::Engine,
        execution::run,
        state::Journal,
        stores::{Kept, Stores},
        task_host::{Participant, TaskFacts, TaskHost},
    },
};

/// What is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderKind {
    /// The constructor of a new contract.
    Deploy {
        code_hash: Hash,
        group: Address,
    },
    Call,
    View,
}

/// A call, with what its record would say of it.
#[derive(Debug, Clone)]
pub struct Order<'a> {
    pub kind: OrderKind,
    pub contract: Address,
    /// Calldata, or the constructor's arguments.
    pub input: &'a [u8],
    pub sender: Address,
    /// Makes the task's id, with the sender.
    pub nonce: u64,
    pub gas_limit: u64,
    /// The other contracts that it may touch, in ascending order.
    pub touches: Vec<Address>,
}

/// A run that is over, and what has become of the contracts' states.
pub(super) struct Ran {
    pub ending: Ending,
    pub gas_used: u64,
    pub effects: Vec<Effect>,
    pub stores: Stores,
}

impl Simulation {
    /// Runs a call. What it changes stands if it returned.
    ///
    /// # Errors
    /// [`SimulationError`]; nothing was changed then.
    pub fn execute(&mut self, engine: &mut dyn Engine, order: &Order<'_>) -> Result<Report, SimulationError> {
        let touched = self.prepare(order)?;
        let ran = self.run(engine, order, &touched, |module| module.compiled);
        let ran = ran.inspect_err(|_| self.drop_deployed(order))?;
        let (ending, gas_used, effects) = (ran.ending, ran.gas_used, ran.effects);
        let keep = ending.status() == ReceiptStatus::Committed && order.kind != OrderKind::View;
        let (written, changed) = if keep {
            self.keep(order, &touched, ran.stores)
        } else {
            self.put_back(&touched, ran.stores.discard());
            self.drop_deployed(order);
            (Vec::new(), false)
        };
        let opened = match effects.is_empty() {
            true => Vec::new(),
            false => self.open_events(&self.task_id(order), self.block.epoch, &effects),
        };
        Ok(Report {
            ending,
            gas_used,
            effects,
            opened,
            written,
            changed,
        })
    }

    pub(super) fn task_id(&self, order: &Order<'_>) -> Hash {
        task_id(&self.network, &order.sender, &word(order.nonce))
    }

    /// The contracts of a call, checked; that of a deployment is made.
    pub(super) fn prepare(&mut self, order: &Order<'_>) -> Result<Vec<Address>, SimulationError> {
        let mut touched = vec![order.contract];
        if let OrderKind::Deploy { code_hash, group } = order.kind {
            if self.contracts.contains_key(&order.contract) {
                return Err(SimulationError::ContractExists(order.contract));
            }
            if group != order.contract {
                self.contract(&group)?;
            }
            let owner = KeyOwner {
                secret_contract: order.contract,
                code_hash,
                group,
            };
            self.contracts.insert(order.contract, Contract::new(owner));
            return Ok(touched);
        }
        let group = self.contract(&order.contract)?.owner.group;
        let ascending = order.touches.is_sorted_by(|one, next| one < next);
        if !ascending || order.touches.len() > limits::TOUCHES || order.touches.contains(&order.contract) {
            return Err(SimulationError::TouchesInvalid);
        }
        for other in &order.touches {
            if self.contract(other)?.owner.group != group {
                return Err(SimulationError::TouchesInvalid);
            }
        }
        touched.extend_from_slice(&order.touches);
        Ok(touched)
    }

    fn contract(&self, address: &Address) -> Result<&Contract, SimulationError> {
        self.contracts
            .get(address)
            .ok_or(SimulationError::ContractUnknown(*address))
    }

    pub(super) fn drop_deployed(&mut self, order: &Order<'_>) {
        if matches!(order.kind, OrderKind::Deploy { .. }) {
            self.contracts.remove(&order.contract);
        }
    }

    /// Runs the order on the contracts' states, which are in what it answers then, or back in their places after a fault.
    pub(super) fn run(
        &mut self,
        engine: &mut dyn Engine,
        order: &Order<'_>,
        touched: &[Address],
        number: impl Fn(&super::Module) -> Result<u32, &'static str>,
    ) -> Result<Ran, SimulationError> {
        let task_id = self.task_id(order);
        let mut participants = Vec::with_capacity(touched.len());
        let mut called = None;
        for address in touched {
            let contract = self.contracts.get_mut(address);
            let contract = contract.ok_or(SimulationError::ContractUnknown(*address))?;
            let module = self.modules.get(&contract.owner.code_hash);
            let module = module.ok_or(SimulationError::ModuleUnknown)?;
            called = called.or(Some((number(module), module.bytes.len())));
            participants.push(Participant {
                address: *address,
                keys: contract.keys(&self.master, &self.network, self.block.epoch),
                module: number(module),
                state: std::mem::take(&mut contract.state),
            });
        }
        let Some((module, module_length)) = called else {
            return Err(SimulationError::ModuleUnknown);
        };
        let host = TaskHost::new(self.facts(order, task_id), participants);
        let intrinsic = intrinsic_gas(&order.kind, sealed_length(order.input.len()), module_length);
        let (ending, gas_used, mut host) = match module {
            _ if order.gas_limit < intrinsic => (Ending::OutOfGas, order.gas_limit, host),
            Err(rule) => (Ending::ModuleRefused(rule.into()), intrinsic, host),
            Ok(module) => {
                let available = order.gas_limit.saturating_sub(intrinsic).min(MAX_GAS_LIMIT);
                match run(engine, module, order.kind.entry(), order.input, available, host) {
                    Ok((Ending::OutOfGas, _, host)) => (Ending::OutOfGas, order.gas_limit, host),
                    Ok((ending, used, host)) => (ending, intrinsic.saturating_add(used), host),
                    Err((fault, states)) => {
                        self.put_back(touched, states.unwrap_or_default());
                        return Err(fault.into());
                    }
                }
            }
        };
        let ending = ending.within_limit();
        let mut effects = host.take_effects();
        if ending.status() == ReceiptStatus::Failed {
            effects.clear();
        }
        Ok(Ran {
            ending,
            gas_used,
            effects,
            stores: host.into_stores(),
        })
    }

    fn facts(&self, order: &Order<'_>, task_id: Hash) -> TaskFacts {
        TaskFacts {
            network: self.network,
            sender: order.sender,
            task_id,
            // There is no record; what its hash is for, an own stream of randomness for each task, the id does as well.
            record_hash: task_id,
            epoch: self.block.epoch,
            block_number: self.block.number,
            timestamp: self.block.timestamp,
            user_key: Some(*self.user.public()),
            view: order.kind == OrderKind::View,
        }
    }

    pub(super) fn put_back(&mut self, touched: &[Address], states: Vec<crate::task::state::State>) {
        for (address, state) in touched.iter().zip(states) {
            if let Some(contract) = self.contracts.get_mut(address) {
                contract.state = state;
            }
        }
    }

    fn keep(&mut self, order: &Order<'_>, touched: &[Address], stores: Stores) -> (Vec<Written>, bool) {
        let mut changed = false;
        let mut undo: Vec<(Address, Journal, usize)> = Vec::with_capacity(touched.len());
        let mut written = Vec::with_capacity(touched.len());
        for (address, kept) in touched.iter().zip(stores.keep()) {
            changed |= !kept.delta.is_empty();
            let Some(contract) = self.contracts.get_mut(address) else {
                continue;
            };
            let before = contract.deltas;
            written.push(append(contract, &kept));
            contract.state = kept.state;
            undo.push((*address, kept.undo, before));
        }
        match order.kind {
            OrderKind::Deploy { .. } => self.history.deployed(order.contract),
            _ => self.history.changed(undo),
        }
        (written, changed)
    }
}

/// The lengths of what a kept call appends to its contract's log, as `worker::appending` does.
fn append(contract: &mut Contract, kept: &Kept) -> Written {
    let entries = kept.delta.iter();
    let size = entries.fold(delta::HEAD, |size, (key, value)| {
        size.saturating_add(delta::entry_size(key, value.as_deref()))
    });
    contract.deltas = contract.deltas.saturating_add(size);
    let mut written = Written {
        secret_contract: contract.owner.secret_contract,
        delta: sealed_length(size),
        checkpoint: 0,
    };
    if checkpoint::is_due(contract.deltas, kept.state.size()) {
        let parts = checkpoint::parts(kept.state.entries()).unwrap_or_default();
        written.checkpoint = parts.iter().map(|part| sealed_length(part.len())).sum();
        contract.deltas = 0;
    }
    written
}

impl OrderKind {
    fn entry(&self) -> Entry {
        match self {
            OrderKind::Deploy { .. } => Entry::Deploy,
            OrderKind::Call => Entry::Call,
            OrderKind::View => Entry::View,
        }
    }
}
