//! Contracts run for unit tests, in the debug package only: by the code that runs tasks, without records, keys of a principal, and
//! encryption of what goes in and out.
//!
//! A call costs what the task costs that would carry it, and its report says what an observer of that task would see: the
//! lengths are those of the ciphertexts that are not made. Private events are sealed for real, since their place among the effects
//! and their length are the contract's doing.

mod contract;
mod history;
mod opened_events;
mod report;
mod running;
mod traced;

use std::collections::BTreeMap;

use enigma_metering::{Refusal, function_names, instrument, schedule};

use crate::{
    crypto::{contract_keys::hkdf, keccak::keccak256, secret::Secret, session_keys::KeyPair},
    format::{
        bytes::{Address, Hash, Network},
        limits,
    },
    task::{engine::Engine, execution::Fault},
};

pub use contract::Contracts;
use history::History;
pub use report::Report;
pub use running::{Order, OrderKind};

/// The version of the rules that every contract of this code has.
const RULES: u32 = 1;

/// The block that calls are recorded in, and the epoch that rules it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Block {
    pub epoch: u64,
    pub number: u64,
    /// Unix seconds.
    pub timestamp: u64,
}

/// Why nothing was run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SimulationError {
    /// No module with this hash was loaded.
    ModuleUnknown,
    /// There is no contract at this address.
    ContractUnknown(Address),
    /// There is one already.
    ContractExists(Address),
    /// A contract to be touched is of another group, or the list of them is none that a record may have.
    TouchesInvalid,
    /// The call ran too long ago: what its contracts were then is not known any more.
    HistoryGone,
    /// There is no such snapshot.
    SnapshotUnknown,
    /// The engine failed.
    Engine(String),
}

impl From<Fault> for SimulationError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::UnknownRules => SimulationError::ModuleUnknown,
            Fault::Engine(reason) | Fault::StateLost(reason) => SimulationError::Engine(reason),
        }
    }
}

/// A module that was loaded.
struct Module {
    bytes: Vec<u8>,
    /// The engine's number, or the rule that it breaks.
    compiled: Result<u32, &'static str>,
    /// The tracer's number, once somebody asked for a trace.
    traced: Option<u32>,
}

/// What a simulation goes back to.
struct Snapshot {
    contracts: Contracts,
    block: Block,
}

/// Contracts with their states, and what calls of them are made with.
pub struct Simulation {
    network: Network,
    master: Secret,
    /// Whom private events to the user are for.
    user: KeyPair,
    block: Block,
    modules: BTreeMap<Hash, Module>,
    contracts: Contracts,
    history: History,
    snapshots: BTreeMap<u32, Snapshot>,
}

impl Simulation {
    /// A simulation without contracts; all keys and random bytes come from `seed`.
    pub fn new(seed: Hash, network: Network) -> Self {
        let master = Secret::take(&mut { seed });
        let user = KeyPair::new(hkdf(&master, &[], &[b"enigma/simulation/user"]));
        Self {
            network,
            master,
            user,
            block: Block::default(),
            modules: BTreeMap::new(),
            contracts: Contracts::default(),
            history: History::default(),
            snapshots: BTreeMap::new(),
        }
    }

    /// Sets the block of the calls that follow.
    pub fn set_block(&mut self, block: Block) {
        self.block = block;
    }

    /// Loads a module and returns its code hash, and the refusal where it breaks a rule: what is deployed from it ends
    /// `module-refused`.
    ///
    /// # Errors
    /// [`SimulationError::Engine`] where the module is too large or cannot be compiled.
    pub fn load(&mut self, engine: &mut dyn Engine, module: &[u8]) -> Result<(Hash, Option<Refusal>), SimulationError> {
        if module.len() > limits::MODULE {
            return Err(SimulationError::Engine("the module is larger than 1 MiB".into()));
        }
        let code_hash = keccak256(module);
        if self.modules.get(&code_hash).is_some_and(|known| known.compiled.is_ok()) {
            return Ok((code_hash, None));
        }
        let (compiled, refusal) = match instrument(module, RULES) {
            Ok(instrumented) => {
                let number = engine.compile(&instrumented, RULES).map_err(SimulationError::Engine)?;
                (Ok(number), None)
            }
            Err(refusal) => (Err(refusal.code()), Some(refusal)),
        };
        let known = Module {
            bytes: module.to_vec(),
            compiled,
            traced: None,
        };
        self.modules.insert(code_hash, known);
        Ok((code_hash, refusal))
    }

    /// The names of the functions of a loaded module, by index; empty for one that is not loaded.
    pub fn function_names(&self, code_hash: &Hash) -> Vec<String> {
        let module = self.modules.get(code_hash);
        module.map(|module| function_names(&module.bytes)).unwrap_or_default()
    }

    /// Keeps the contracts and the block as they are now under a number of the caller's own.
    pub fn snapshot(&mut self, number: u32) {
        let snapshot = Snapshot {
            contracts: self.contracts.clone(),
            block: self.block,
        };
        self.snapshots.insert(number, snapshot);
    }

    /// Goes back to a snapshot, which stays good.
    ///
    /// # Errors
    /// [`SimulationError::SnapshotUnknown`].
    pub fn revert(&mut self, number: u32) -> Result<(), SimulationError> {
        let snapshot = self.snapshots.get(&number).ok_or(SimulationError::SnapshotUnknown)?;
        let now = std::mem::replace(&mut self.contracts, snapshot.contracts.clone());
        self.block = snapshot.block;
        self.history.replaced(now);
        Ok(())
    }

    /// Forgets a snapshot.
    pub fn forget(&mut self, number: u32) {
        self.snapshots.remove(&number);
    }

    /// The place in history that [`Self::trace`] goes back to: what was run from here on is undone for it.
    pub fn position(&self) -> u64 {
        self.history.position()
    }
}

/// Gas before the contract runs.
fn intrinsic_gas(kind: &OrderKind, input: usize, module: usize) -> u64 {
    let Some(prices) = schedule(RULES) else { return 0 };
    match kind {
        OrderKind::Deploy { .. } => prices
            .call_intrinsic(input)
            .saturating_add(prices.module_byte.saturating_mul(module as u64)),
        OrderKind::Call => prices.call_intrinsic(input),
        OrderKind::View => 0,
    }
}
