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
//!
//! # Views
//!
//! A method with `#[view]` answers without a task: free, at once, on the committed state, to an account that signs a permit.
//! [`Context::sender`] is that account. A view cannot write, emit or call; the compiler refuses what it can see, the enclave
//! the rest. Tasks and other contracts can call views too.
//!
//! # Events
//!
//! ```
//! # use enigma_contract::prelude::*;
//! # #[contract_storage]
//! # pub struct Poll {}
//! /// Somebody voted.
//! #[contract_event]
//! pub struct Voted {
//!     #[indexed]
//!     voter: Address,
//!     choice: u32,
//! }
//!
//! #[secret_contract(events(Voted))]
//! impl Poll {
//! #   pub fn new() -> Self { Self::default() }
//!     pub fn vote(&mut self, ctx: &mut Context, choice: u32) {
//!         let voter = ctx.sender();
//!         // Only the voter can read this one. `ctx.emit(event)` would tell everybody.
//!         ctx.emit_private(Voted { voter, choice }, Recipient::User);
//!     }
//! }
//! # fn main() {}
//! ```
//!
//! On Ethereum it is `Voted(address indexed,uint32)`, emitted by the contract's account with the receipt. A contract lists its
//! events, so that its ABI tells them; it cannot emit others.
//!
//! # Calls of Ethereum contracts
//!
//! ```
//! # use enigma_contract::prelude::*;
//! # #[contract_storage]
//! # pub struct Till {}
//! #[ethereum_interface]
//! pub trait Erc20 {
//!     fn transfer(to: Address, amount: U256);
//! }
//! # #[secret_contract]
//! # impl Till {
//! #   pub fn new() -> Self { Self::default() }
//!
//! pub fn pay(&mut self, ctx: &mut Context, token: Address, seller: Address, price: U256) {
//!     // If this call fails, everything that the task changed is undone.
//!     ctx.require(Erc20::at(token).transfer(seller, price));
//!     // If this one fails, nothing else does. It sends one wei and no calldata.
//!     ctx.attempt(EthereumCall::new(seller, []).value(U256::ONE));
//! }
//! # }
//! # fn main() {}
//! ```
//!
//! Calls are made from the contract's own account, whose address is the contract's, in the order in which they were queued, once the task is
//! committed. So nothing comes back: what the enclave did not compute itself, such as balances on Ethereum, it does not know.
//! Their gas is the task's `callGasLimit`.
//!
//! # Calls of other secret contracts
//!
//! ```
//! # use enigma_contract::prelude::*;
//! # #[contract_storage]
//! # pub struct Shop {}
//! #[contract_error]
//! pub enum TokenError {
//!     InsufficientAllowance,
//! }
//!
//! #[secret_interface]
//! pub trait PrivateToken {
//!     fn transfer_from(from: Address, to: Address, amount: U256);
//! }
//! # #[secret_contract]
//! # impl Shop {
//! #   pub fn new() -> Self { Self::default() }
//!
//! pub fn buy(&mut self, ctx: &mut Context, token: Address, price: U256) -> Result<bool, CallError> {
//!     let (buyer, shop) = (ctx.sender(), ctx.self_address());
//!     match PrivateToken::at(token).transfer_from(buyer, shop, price).gas(1_000_000).call(ctx) {
//!         Ok(()) => Ok(true),
//!         // The call was undone; this task goes on.
//!         Err(error) if error.decode() == Some(TokenError::InsufficientAllowance) => Ok(false),
//!         Err(error) => Err(error),
//!     }
//! }
//! # }
//! # fn main() {}
//! ```
//!
//! The other contract is one of the same group, which the task's record declares. It sees this contract as its sender. All contracts
//! that a task touches keep what they changed together, or none does.
//!
//! # What others see
//!
//! Arguments, results, errors, state and calls between secret contracts stay in the enclave. Everybody sees: who ordered a
//! task for which contract, its declared contracts (not which of them it called), whether it succeeded, its gas, sizes up to
//! padding, its calls of Ethereum with their arguments, its public events, and that there was a private event and for which
//! key. A call or an event that is made only in some cases tells the case.

#![forbid(unsafe_code)]

extern crate self as enigma_contract;

pub mod abi;
mod call_error;
mod constant_gas;
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
    pub use crate::storage::{Item, Map, PaddedItem, PaddedMap};
    pub use crate::{CallError, EthereumCall, I256, Recipient, Refusal, SecretCall, U256};
    pub use crate::{bail, debug, require};
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
    pub use crate::constant_gas::{ConstantGas, is_class, pad_output};
    pub use crate::context::debug_log;
    pub use crate::contract::{decode_arguments, split_calldata};
    pub use crate::error::{BUILT_IN, decode_revert, unknown_function, with_selector};
    #[cfg(target_arch = "wasm32")]
    pub use crate::host::end_with_message;
    #[cfg(target_arch = "wasm32")]
    pub use enigma_contract_bindings::secret_contract as bindings;
}
