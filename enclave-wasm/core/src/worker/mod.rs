//! The worker's role: it holds contract keys and states, executes tasks and signs receipts.
//!
//! Threats: the host feeds it records, inputs, logs and modules of its choice, in any order. What it signs is therefore only ever
//! "this record, on this state, gives this": the Enigma contract decides whether record and state are the real ones.

mod appending;
mod contract;
mod executing;
mod faults;
#[cfg(feature = "debug")]
mod inspection;
mod key_ring;
pub mod loading;
mod output_release;
mod pending;
pub mod performing;
mod position;
mod task_check;
mod viewing;

use std::collections::{BTreeMap, BTreeSet};

use serde_bytes::ByteBuf;

use self::{contract::Contract, faults::log_pending, key_ring::KeyRing, pending::PendingTasks};
use crate::{
    ecall::{EcallError, messages as m, node_keys::NodeKeys},
    format::{
        bytes::{Address, Hash, KeyOwner, Network},
        eip712, limits,
        log_entry::{EMPTY_LOG, LogEntry},
    },
    hardware::{Hardware, Identity},
    task::{
        engine::Engine,
        modules::{LoadError, Modules},
        state::State,
    },
};

/// What the worker's role keeps in memory. All of it can be had again from the principal and the host's log.
pub struct Worker {
    network: Network,
    principal: Option<Address>,
    keys: KeyRing,
    modules: Modules,
    contracts: BTreeMap<Address, Contract>,
    pending: PendingTasks,
    #[cfg(feature = "debug")]
    inspection: inspection::Inspection,
}

impl Worker {
    pub fn new(network: Network, principal: Option<Address>) -> Self {
        Self {
            network,
            principal,
            keys: KeyRing::default(),
            modules: Modules::default(),
            contracts: BTreeMap::new(),
            pending: PendingTasks::default(),
            #[cfg(feature = "debug")]
            inspection: inspection::Inspection::default(),
        }
    }

    /// # Errors
    /// See [`KeyRing::request`].
    pub fn request_contract_keys(
        &mut self,
        own: &NodeKeys,
        hardware: &mut dyn Hardware,
        request: m::RequestContractKeys,
    ) -> Result<m::Requested, EcallError> {
        self.keys.request(&self.network, own, hardware, request)
    }

    /// # Errors
    /// See [`KeyRing::accept`].
    pub fn accept_contract_keys(
        &mut self,
        own: &NodeKeys,
        identity: &Identity,
        request: &m::AcceptContractKeys,
    ) -> Result<m::Accepted, EcallError> {
        self.keys
            .accept(&self.network, own, identity, self.principal.as_ref(), request)
    }

    /// # Errors
    /// The code of the broken rule, `rules-unknown`, `module-too-large`, `engine-fault`.
    pub fn load_module(
        &mut self,
        engine: &mut dyn Engine,
        request: &m::LoadModule,
    ) -> Result<m::LoadedModule, EcallError> {
        let code_hash = self
            .modules
            .load(engine, &request.module, request.rules)
            .map_err(load_error)?;
        Ok(m::LoadedModule {
            code_hash: code_hash.into(),
        })
    }

    /// Builds or extends a contract's state from its log. A failed load leaves what was there.
    ///
    /// # Errors
    /// See [`loading`]; `log-pending`, `log-entry-malformed`, `code-hash-differs`, `group-differs`.
    pub fn load_log(&mut self, request: m::LoadLog) -> Result<m::LoadedLog, EcallError> {
        let owner = KeyOwner {
            secret_contract: *request.secret_contract,
            code_hash: *request.code_hash,
            group: *request.group,
        };
        let entries: Vec<LogEntry> = request
            .entries
            .into_iter()
            .map(loading::log_entry)
            .collect::<Result<_, _>>()?;
        let known = self.contracts.get(&owner.secret_contract);
        if known.is_some_and(|known| self.pending.count(known.group(), &owner.secret_contract) > 0) {
            return Err(log_pending());
        }
        let (network, tip) = (self.network, *request.expected_tip);
        let contract = match self.contracts.get_mut(&owner.secret_contract) {
            Some(known) if !known.is_empty() && known.tip() == *request.state_before => {
                known.check_owner(&owner)?;
                loading::extend(known, &network, &self.keys, &entries, &tip)?;
                known
            }
            _ => {
                let mut fresh = Contract::new(owner, loading::new_start(&request.state_before, &entries)?);
                loading::extend(&mut fresh, &network, &self.keys, &entries, &tip)?;
                self.contracts
                    .entry(owner.secret_contract)
                    .insert_entry(fresh)
                    .into_mut()
            }
        };
        Ok(m::LoadedLog {
            tip: contract.tip().into(),
            length: contract.length(),
        })
    }

    /// Executes tasks in order. A task that cannot be executed gets an error of its own and the others go on. Once the results
    /// hold [`limits::BATCH`], every later task gets `batch-full` and waits: an answer must fit into a frame.
    pub fn execute_tasks(&mut self, own: &NodeKeys, engine: &mut dyn Engine, request: &m::ExecuteTasks) -> m::Executed {
        let mut held: usize = 0;
        let results = request.tasks.iter().map(|task| {
            if held > limits::BATCH {
                return executing::put_off(self, task);
            }
            let result = executing::execute_task(self, own, engine, request.epoch, task);
            held = held.saturating_add(result.size());
            result
        });
        m::Executed {
            results: results.collect(),
        }
    }

    /// Settles a pending task. See [`PendingTasks::settle`].
    pub fn settle(&mut self, request: &m::Settle) -> m::Settled {
        let touched = self.settle_task(&request.group, &request.task_id, request.committed);
        let tip = |secret_contract: Address| m::ContractTip {
            secret_contract: secret_contract.into(),
            tip: self
                .contracts
                .get(&secret_contract)
                .map_or(EMPTY_LOG, Contract::tip)
                .into(),
        };
        m::Settled {
            tips: touched.into_iter().map(tip).collect(),
        }
    }

    /// Makes a pending task and all before it final, or undoes it and all after it; the contracts that they touched.
    pub fn settle_task(&mut self, group: &Address, task_id: &Hash, committed: bool) -> BTreeSet<Address> {
        let touched = self.pending.settle(&mut self.contracts, group, task_id, committed);
        touched.iter().for_each(|address| self.forget_if_empty(address));
        touched
    }

    /// Forgets a contract whose deployment failed or was undone.
    fn forget_if_empty(&mut self, address: &Address) {
        if self.contracts.get(address).is_some_and(Contract::is_empty) {
            self.contracts.remove(address);
        }
    }

    fn put_back(&mut self, address: &Address, state: State) {
        if let Some(contract) = self.contracts.get_mut(address) {
            contract.put_back(state);
        }
        self.forget_if_empty(address);
    }

    /// Forgets a group whose states the engine lost: its contracts move together, so none of them can go on alone.
    fn forget_group(&mut self, group: &Address) {
        self.contracts.retain(|_, contract| contract.group() != group);
        self.pending.forget(group);
    }

    pub fn network(&self) -> &Network {
        &self.network
    }

    /// Whether the principal's enclave named this signing address as that of a worker's enclave.
    pub fn knows_worker(&self, signer: &Address) -> bool {
        self.keys.knows_worker(signer)
    }

    /// # Errors
    /// See [`viewing::view`].
    pub fn view(
        &mut self,
        own: &NodeKeys,
        engine: &mut dyn Engine,
        request: &m::View,
    ) -> Result<m::Viewed, EcallError> {
        viewing::view(self, own, engine, request)
    }

    /// States which account this enclave serves.
    ///
    /// # Errors
    /// `signature-failed`, which no input is known to cause.
    pub fn sign_registration(
        &self,
        own: &NodeKeys,
        request: &m::SignRegistration,
    ) -> Result<m::SignedRegistration, EcallError> {
        let hash = eip712::registration_hash(&request.worker, &own.address(), &own.encryption_key());
        let signature = own.signer().sign(&eip712::digest(&self.network, &hash))?;
        Ok(m::SignedRegistration {
            signature: signature.into(),
        })
    }

    /// # Errors
    /// See [`output_release::release`].
    pub fn release_output(&self, own: &NodeKeys, request: &m::ReleaseOutput) -> Result<m::ReleasedOutput, EcallError> {
        let key = own.released_output_key();
        let output = output_release::release(
            &key,
            &self.network,
            &request.sealed_output,
            request.outcome,
            &request.proof,
        )?;
        Ok(m::ReleasedOutput {
            output: ByteBuf::from(output),
        })
    }

    /// Where a contract's log stands, pending entries included; an unknown contract has an empty one.
    pub fn contract_state(&self, request: &m::ContractState) -> m::ContractStateAnswer {
        match self.contracts.get(&*request.secret_contract) {
            None => m::ContractStateAnswer {
                tip: EMPTY_LOG.into(),
                length: 0,
                pending: 0,
            },
            Some(contract) => m::ContractStateAnswer {
                tip: contract.tip().into(),
                length: contract.length(),
                pending: self.pending.count(contract.group(), &request.secret_contract) as u64,
            },
        }
    }

    /// # Errors
    /// `task-not-executed`.
    #[cfg(feature = "debug")]
    pub fn inspect(&self, task_id: &crate::format::bytes::Hash) -> Result<m::Inspected, EcallError> {
        self.inspection.inspect(task_id)
    }
}

fn load_error(error: LoadError) -> EcallError {
    match error {
        LoadError::UnknownRules => {
            EcallError::new("rules-unknown", "This enclave does not know this version of the rules.")
        }
        LoadError::TooLarge => EcallError::new("module-too-large", "The module is larger than 1 MiB."),
        LoadError::Refused(refusal) => EcallError::new(refusal.code(), &refusal.sentence()),
        LoadError::Engine(reason) => EcallError::new("engine-fault", &reason),
    }
}
