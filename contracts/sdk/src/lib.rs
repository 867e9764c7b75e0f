//! Write secret contracts for the Enigma network in Rust.
//!
//! A secret contract is a struct of stored fields, and an `impl` block whose public methods can be called by tasks:
//!
//! ```
//! use enigma_contract::prelude::*;
//!
//! #[contract_storage]
//! pub struct Vault {
//!     owner: Item<Address>,
//!     balances: Map<Address, u64>,
//! }
//!
//! #[contract_error]
//! pub enum Error {
//!     /// Only the owner may do this.
//!     NotOwner { caller: Address },
//! }
//!
//! #[secret_contract]
//! impl Vault {
//!     /// Makes the deployer the owner.
//!     pub fn new(ctx: &mut Context) -> Self {
//!         let mut vault = Self::default();
//!         vault.owner.set(ctx.sender());
//!         vault
//!     }
//!
//!     /// Adds to someone's balance.
//!     pub fn credit(&mut self, ctx: &Context, account: Address, amount: u64) -> Result<(), Error> {
//!         require!(self.owner.get() == Some(ctx.sender()), Error::NotOwner { caller: ctx.sender() });
//!         self.balances.update(account, |balance| balance + amount);
//!         Ok(())
//!     }
//!
//!     /// The balance of an account.
//!     #[view]
//!     pub fn balance_of(&self, account: Address) -> u64 {
//!         self.balances.get_or_default(&account)
//!     }
//! }
//! # fn main() {}
//! ```
//!
//! Outside, the contract speaks the Solidity ABI: `balance_of` is `balanceOf(address)`, the error
//! `NotOwner(address)`. The module carries its JSON ABI, doc comments included, in the custom section `enigma-abi`.
//!
//! A panic, an integer overflow among them, ends the task and undoes what it wrote, as an error does.
//! `cargo test` runs contracts natively against the mock environment of the module `testing`.

#![forbid(unsafe_code)]

extern crate self as enigma_contract;

pub mod abi;
mod call_error;
mod context;
mod contract;
pub mod crypto;
mod error;
mod ethereum_call;
mod event;
mod host;
mod integer;
mod reply;
mod secret_call;
pub mod storage;
#[cfg(not(target_arch = "wasm32"))]
pub mod testing;

pub use alloy_primitives as primitives;
pub use call_error::{CallError, Refusal};
pub use context::{Context, Random};
pub use contract::SecretContract;
pub use enigma_contract_macros::{
    AbiType, contract_error, contract_event, contract_storage, ethereum_interface, secret_contract, secret_interface,
};
pub use error::ContractError;
pub use ethereum_call::EthereumCall;
pub use event::{ContractEvent, DeclaredEvent, Recipient};
pub use integer::{DoesNotFit, I256, U256};
pub use reply::{Constructed, Reply};
pub use secret_call::SecretCall;

/// What a contract needs: `use enigma_contract::prelude::*;`.
pub mod prelude {
    pub use crate::abi::AbiType;
    pub use crate::context::Context;
    pub use crate::crypto;
    pub use crate::storage::{Item, Map};
    pub use crate::{CallError, EthereumCall, I256, Recipient, Refusal, SecretCall, U256};
    pub use crate::{bail, require};
    pub use alloy_primitives::{Address, B256, Bytes, FixedBytes};
    pub use enigma_contract_macros::{
        AbiType, contract_error, contract_event, contract_storage, ethereum_interface, secret_contract,
        secret_interface,
    };
}

/// What generated code calls; no part of the interface.
#[doc(hidden)]
pub mod generated {
    pub use crate::abi::json::{Entry, Kind, length, render};
    pub use crate::abi::selector::{selector, signature_hash};
    pub use crate::abi::topic::{can_be_indexed, push_topic};
    pub use crate::abi::{Field, Malformed, Reader, SequenceDecoder, SequenceEncoder, Shape, encode};
    pub use crate::contract::{decode_arguments, split_calldata};
    pub use crate::error::{BUILT_IN, decode_revert, unknown_function, with_selector};
    #[cfg(target_arch = "wasm32")]
    pub use crate::host::end_with_message;
    #[cfg(target_arch = "wasm32")]
    pub use enigma_contract_bindings::secret_contract as bindings;
}
