//! A contract that greets an Ethereum contract as it is deployed.
//!
//! The greeting is a required call: a host that has no code, or that refuses the greeting, leaves nothing deployed. So an
//! author can make sure that a secret contract never stands without the Ethereum contract that it works for.

#![forbid(unsafe_code)]

use enigma_contract::prelude::*;

/// What the enclave remembers.
#[contract_storage]
pub struct Herald {
    host: Item<Address>,
}

/// The Ethereum contract that is greeted.
#[ethereum_interface]
pub trait Host {
    /// Takes the greeting; the caller is the account of the new secret contract.
    fn hello();
}

#[secret_contract]
impl Herald {
    /// Greets `host`, which must take it.
    pub fn new(ctx: &mut Context, host: Address) -> Self {
        let mut herald = Self::default();
        herald.host.set(host);
        ctx.require(Host::at(host).hello());
        herald
    }

    /// Whom the contract has greeted.
    #[view]
    pub fn host(&self) -> Address {
        self.host.get_or_default()
    }
}
