//! The modules this enclave knows: validated, instrumented and compiled once, or refused once.
//!
//! A refusal is kept like a module, because a recorded task that names a refused module is settled as failed, and every
//! enclave must give the same receipt for it.

use std::collections::{BTreeMap, VecDeque};

use enigma_metering::{INSTRUMENTER_VERSION, Refusal, instrument, schedule};

use super::engine::Engine;
use crate::{
    crypto::keccak::keccak256,
    format::{bytes::Hash, limits},
};

/// How many modules are kept; the one loaded first goes first.
const CAPACITY: usize = 256;

/// Code, price version and instrumenter: a key of less would mix prices and split the network.
type ModuleKey = (Hash, u32, u32);

/// What is known of a module.
pub struct KnownModule {
    /// Size in bytes of the module as deployed.
    pub length: usize,
    /// The engine's number for it, or the broken rule.
    pub compiled: Result<u32, &'static str>,
}

/// Why a module was not loaded.
#[derive(Debug)]
pub enum LoadError {
    /// No such version of the rules.
    UnknownRules,
    /// Larger than any module may be.
    TooLarge,
    /// It breaks a rule. It is known from now on: tasks that name it end as `module-refused`.
    Refused(Refusal),
    /// The engine failed: the node is at fault.
    Engine(String),
}

/// The known modules.
#[derive(Default)]
pub struct Modules {
    known: BTreeMap<ModuleKey, KnownModule>,
    order: VecDeque<ModuleKey>,
}

impl Modules {
    /// The module with this code hash under these rules, if it was loaded.
    pub fn get(&self, code_hash: &Hash, rules: u32) -> Option<&KnownModule> {
        self.known.get(&key(code_hash, rules))
    }

    /// Loads a module and returns its code hash.
    ///
    /// # Errors
    /// [`LoadError`].
    pub fn load(&mut self, engine: &mut dyn Engine, module: &[u8], rules: u32) -> Result<Hash, LoadError> {
        if schedule(rules).is_none() {
            return Err(LoadError::UnknownRules);
        }
        if module.len() > limits::MODULE {
            return Err(LoadError::TooLarge);
        }
        let code_hash = keccak256(module);
        if self.get(&code_hash, rules).is_some_and(|known| known.compiled.is_ok()) {
            return Ok(code_hash);
        }
        let (compiled, answer) = match instrument(module, rules) {
            Ok(instrumented) => (
                Ok(engine.compile(&instrumented, rules).map_err(LoadError::Engine)?),
                Ok(code_hash),
            ),
            Err(refusal) => (Err(refusal.code()), Err(LoadError::Refused(refusal))),
        };
        self.insert(
            engine,
            key(&code_hash, rules),
            KnownModule {
                length: module.len(),
                compiled,
            },
        );
        answer
    }

    fn insert(&mut self, engine: &mut dyn Engine, key: ModuleKey, module: KnownModule) {
        if self.known.insert(key, module).is_none() {
            self.order.push_back(key);
        }
        if self.order.len() > CAPACITY
            && let Some(KnownModule {
                compiled: Ok(number), ..
            }) = self.order.pop_front().and_then(|oldest| self.known.remove(&oldest))
        {
            engine.release(number);
        }
    }
}

fn key(code_hash: &Hash, rules: u32) -> ModuleKey {
    (*code_hash, rules, INSTRUMENTER_VERSION)
}
