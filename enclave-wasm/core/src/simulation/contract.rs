//! The contracts of a simulation.

use std::{collections::BTreeMap, rc::Rc};

use crate::{
    crypto::{contract_keys::ContractKeys, secret::Secret},
    format::bytes::{Address, KeyOwner, Network},
    task::state::State,
};

/// A deployed contract.
#[derive(Clone)]
pub struct Contract {
    pub owner: KeyOwner,
    pub state: State,
    /// Plaintext bytes of all deltas since the last checkpoint: they decide when the next one is due.
    pub deltas: usize,
    /// Of the epoch that was asked for last.
    keys: Option<(u64, Rc<ContractKeys>)>,
}

/// Contracts by address.
pub type Contracts = BTreeMap<Address, Contract>;

impl Contract {
    /// A contract without a state.
    pub fn new(owner: KeyOwner) -> Self {
        Self {
            owner,
            state: State::default(),
            deltas: 0,
            keys: None,
        }
    }

    /// Its keys of an epoch.
    pub fn keys(&mut self, master: &Secret, network: &Network, epoch: u64) -> Rc<ContractKeys> {
        match &self.keys {
            Some((known, keys)) if *known == epoch => keys.clone(),
            _ => {
                let keys = Rc::new(ContractKeys::derive(master, network, &self.owner, epoch));
                self.keys = Some((epoch, keys.clone()));
                keys
            }
        }
    }
}
