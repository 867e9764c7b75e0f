//! The worker's role: it holds contract keys and states, executes tasks and signs receipts.
//!
//! Threats: the host feeds it records, inputs, logs and modules of its choice, in any order. What it signs is therefore only ever
//! "this record, on this state, gives this": the Enigma contract decides whether record and state are the real ones.

mod contract;
mod executing;
#[cfg(feature = "debug")]
mod inspection;
mod key_ring;
mod output_release;

use std::collections::BTreeMap;

use serde_bytes::ByteBuf;

use self::{contract::Contract, key_ring::KeyRing};
use crate::{
    ecall::{EcallError, messages as m, node_keys::NodeKeys},
    format::{
        bytes::{Address, Network},
        log_entry::{EMPTY_LOG, EntryKind, LogEntry},
    },
    hardware::{Hardware, Identity},
    task::{
        engine::Engine,
        modules::{LoadError, Modules},
    },
};

/// What the worker's role keeps in memory. All of it can be had again from the principal and the host's log.
pub struct Worker {
    network: Network,
    principal: Option<Address>,
    keys: KeyRing,
    modules: Modules,
    contracts: BTreeMap<Address, Contract>,
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

    /// Builds or extends a contract's state from its log.
    ///
    /// # Errors
    /// See [`Contract::extend`]; `log-entry-malformed`, `code-hash-differs`.
    pub fn load_log(&mut self, request: m::LoadLog) -> Result<m::LoadedLog, EcallError> {
        let address = *request.secret_contract;
        let entries: Vec<LogEntry> = request.entries.into_iter().map(log_entry).collect::<Result<_, _>>()?;
        let fresh = || Contract::new(*request.code_hash);
        let rebuild = entries.first().is_some_and(|entry| entry.index == 0) || !self.contracts.contains_key(&address);
        if self
            .contracts
            .get(&address)
            .is_some_and(|contract| contract.pending() > 0)
        {
            return Err(EcallError::new(
                "log-pending",
                "Tasks of the contract are pending; settle them before loading its log.",
            ));
        }
        let mut contract = if rebuild {
            fresh()
        } else {
            self.contracts.remove(&address).unwrap_or_else(fresh)
        };
        let extended = if contract.code_hash == *request.code_hash {
            contract.extend(&self.network, &address, &self.keys, &entries, &request.expected_tip)
        } else {
            Err(EcallError::new(
                "code-hash-differs",
                "The contract is known with another code hash.",
            ))
        };
        let (tip, length) = (contract.tip().into(), contract.length());
        // A failed rebuild leaves what was there; a failed extension has changed nothing and goes back.
        if extended.is_ok() || !rebuild {
            self.contracts.insert(address, contract);
        }
        extended.map(|()| m::LoadedLog { tip, length })
    }

    /// Executes tasks in order. A task that cannot be executed gets an error of its own and the others go on.
    pub fn execute_tasks(&mut self, own: &NodeKeys, engine: &mut dyn Engine, request: &m::ExecuteTasks) -> m::Executed {
        let results = request
            .tasks
            .iter()
            .map(|task| executing::execute_task(self, own, engine, request.epoch, task))
            .collect();
        m::Executed { results }
    }

    /// Settles a pending task. See [`Contract::settle`].
    pub fn settle(&mut self, request: &m::Settle) -> m::Settled {
        let Some(contract) = self.contracts.get_mut(&*request.secret_contract) else {
            return m::Settled { tip: EMPTY_LOG.into() };
        };
        contract.settle(&request.task_id, request.committed);
        m::Settled {
            tip: contract.tip().into(),
        }
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
                pending: contract.pending() as u64,
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

fn log_entry(entry: m::Entry) -> Result<LogEntry, EcallError> {
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
