//! A mock of the enclave, so that `cargo test` runs contracts natively.
//!
//! ```
//! # use enigma_contract::prelude::*;
//! use enigma_contract::testing::{Env, address};
//! # #[contract_storage]
//! # pub struct Counter { count: Item<u64> }
//! # #[secret_contract]
//! # impl Counter {
//! #     pub fn new(_ctx: &mut Context) -> Self { Self::default() }
//! #     pub fn increment(&mut self, ctx: &Context) -> u64 { self.count.update(|count| count + 1); self.count.get_or_default() }
//! # }
//! # fn main() {
//!
//! let env = Env::new();
//! let mut counter = Counter::new(&mut env.context());
//! assert_eq!(counter.increment(&env.context_of(address(1))), 1);
//! # }
//! ```
//!
//! [`Env::deploy`], [`Env::call`] and [`Env::view`] do the same with bytes, as the enclave does, and undo what fails.
//! [`Env::deploy_at`] puts other contracts beside the one under test, so that it can call them; [`Env::take_effects`] gives the
//! calls of Ethereum and the events that tasks left. The mock counts no gas, and has no limit of memory or stack.

mod accounts;
mod bed;
mod call;
mod calls;
mod cryptography;
mod effect;
mod env;
mod mock_host;
mod outcome;
mod runner;
#[cfg(feature = "wasm-tests")]
mod wasm;
#[cfg(feature = "wasm-tests")]
mod wasm_host;

pub use accounts::{ACCOUNTS, Accounts};
pub use bed::{Bed, Snapshot, Testable};
pub use call::{Call, Deployed, Ran};
pub use effect::Effect;
pub use env::{Env, address, calldata};
pub(crate) use mock_host::MockHost;
pub use outcome::{Outcome, trap};
