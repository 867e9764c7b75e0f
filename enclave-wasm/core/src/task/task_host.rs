//! The host of one running task: the states of its contracts, the facts of its record, cryptography, and what it makes
//! happen on Ethereum.
//!
//! Contracts of one group call each other within a task. The host keeps the stack of their calls; the engine runs them. Whatever a
//! call changes, queues or emits stands only if it returns.

mod host_functions;

use std::rc::Rc;

use enigma_metering::{HostError, TrapCode};

#[cfg(feature = "debug")]
use super::debug_log::DebugLog;
use super::{
    effects::{Effects, TooManyEffects},
    state::State,
    stores::Stores,
};
use crate::{
    crypto::{contract_keys::ContractKeys, random_stream::RandomStream},
    format::{
        bytes::{Address, Hash, Network},
        effect::Effect,
        ending::Ending,
        limits,
    },
};

/// What contracts can ask about their task, or about a view.
#[derive(Clone)]
pub struct TaskFacts {
    pub network: Network,
    /// Who ordered it.
    pub sender: Address,
    /// The request's id in a view.
    pub task_id: Hash,
    /// What randomness is derived from: the record's hash, or a view's request id.
    pub record_hash: Hash,
    /// The epoch of the record.
    pub epoch: u64,
    pub block_number: u64,
    /// Unix seconds.
    pub timestamp: u64,
    /// To whom private events go; none where the user gave no key.
    pub user_key: Option<Hash>,
    /// Nothing may be changed, called or emitted.
    pub view: bool,
}

/// A contract that the task may touch.
pub struct Participant {
    pub address: Address,
    /// Of the record's epoch.
    pub keys: Rc<ContractKeys>,
    /// The engine's number of its module, or the rule that the module breaks.
    pub module: Result<u32, &'static str>,
    pub state: State,
}

/// A participant without its state.
struct Contract {
    address: Address,
    keys: Rc<ContractKeys>,
    module: Result<u32, &'static str>,
    /// Goes on over all its calls in the task, also over those that failed: what was seen once is never drawn again.
    random: Option<RandomStream>,
}

/// Owns the states of a task's contracts while it runs.
pub struct TaskHost {
    facts: TaskFacts,
    contracts: Vec<Contract>,
    stores: Stores,
    effects: Effects,
    /// How many effects there were when each call began, that of the outermost left out.
    effects_before: Vec<usize>,
    #[cfg(feature = "debug")]
    logs: DebugLog,
}

impl TaskHost {
    /// Starts with the call of the first participant.
    pub fn new(facts: TaskFacts, participants: Vec<Participant>) -> Self {
        let (contracts, states) = participants
            .into_iter()
            .map(|participant| {
                let contract = Contract {
                    address: participant.address,
                    keys: participant.keys,
                    module: participant.module,
                    random: None,
                };
                (contract, participant.state)
            })
            .unzip();
        Self {
            facts,
            contracts,
            stores: Stores::new(states),
            effects: Effects::default(),
            effects_before: Vec::new(),
            #[cfg(feature = "debug")]
            logs: DebugLog::default(),
        }
    }

    /// The value under `key` of the contract that runs now, without a copy.
    pub fn stored(&self, key: &[u8]) -> Option<&[u8]> {
        self.stores.view()?.get(key)
    }

    /// The smallest key greater than `key` of the contract that runs now, without a copy.
    pub fn key_after(&self, key: &[u8]) -> Option<&[u8]> {
        self.stores.view()?.next_key(key)
    }

    /// Whether the contract that runs now would leave more than a contract may keep.
    pub fn changed_too_much(&self) -> bool {
        self.stores.is_too_much()
    }

    /// Hands the states back, in the order of the participants.
    pub fn into_stores(self) -> Stores {
        self.stores
    }

    /// Takes the effects of the task.
    pub fn take_effects(&mut self) -> Vec<Effect> {
        self.effects.take()
    }

    /// Takes the lines that the contracts logged, cut where they were too many.
    #[cfg(feature = "debug")]
    pub fn take_logs(&mut self) -> Vec<String> {
        self.logs.take()
    }

    fn store(&mut self, key: &[u8], value: Option<Vec<u8>>) -> Result<(), HostError> {
        self.refuse_in_view()?;
        self.stores.put(key, value);
        Ok(())
    }

    fn refuse_in_view(&self) -> Result<(), HostError> {
        if self.facts.view {
            return Err(HostError::Trap(TrapCode::ViewEffect));
        }
        Ok(())
    }

    fn running(&self) -> Result<&Contract, HostError> {
        let index = self.stores.open_calls().next_back();
        index.and_then(|index| self.contracts.get(index)).ok_or_else(no_call)
    }

    /// The contract of a call, or why it is not made.
    fn called(&self, contract: &[u8]) -> Result<(usize, u32), Ending> {
        let refused = |reason: &str| Err(Ending::CallRefused(reason.into()));
        if self.facts.view {
            return refused("view");
        }
        let is_it = |known: &Contract| known.address == contract;
        let Some(index) = self.contracts.iter().position(is_it) else {
            return refused("undeclared");
        };
        if self.stores.open_calls().any(|open| open == index) {
            return refused("reentry");
        }
        if self.stores.open_calls().len() >= limits::CALL_DEPTH {
            return refused("depth");
        }
        match self.contracts.get(index).map(|called| called.module) {
            Some(Ok(module)) => Ok((index, module)),
            Some(Err(rule)) => Err(Ending::ModuleRefused(rule.into())),
            None => refused("undeclared"),
        }
    }

    fn queue(&mut self, effect: Effect) -> Result<(), HostError> {
        let trap = |TooManyEffects| HostError::Trap(TrapCode::TooManyEffects);
        self.effects.push(effect).map_err(trap)
    }
}

fn no_call() -> HostError {
    HostError::Fault("no contract is running".into())
}
