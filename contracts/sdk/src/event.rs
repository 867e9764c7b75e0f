//! Events: what a contract tells everybody on Ethereum, or one reader alone.

use crate::abi::json::Entry;
use crate::context::Context;
use crate::host::{Host, host};
use alloy_primitives::B256;

/// An event of the Solidity ABI, implemented by `#[contract_event]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an event",
    label = "not an event",
    note = "put #[contract_event] on the struct"
)]
pub trait ContractEvent {
    /// Its entry in the JSON ABI.
    const ENTRY: Entry;
    /// The hash of its signature.
    const TOPIC: B256;

    /// Its topics, one after the other: that of the signature and those of the indexed arguments.
    fn topics(&self) -> Vec<u8>;

    /// The ABI encoding of the arguments that are not indexed.
    fn data(&self) -> Vec<u8>;

    /// The ABI encoding of all arguments.
    fn arguments(&self) -> Vec<u8>;
}

/// An event that contract `C` lists in `#[secret_contract(events(…))]`, and so tells in its ABI.
#[diagnostic::on_unimplemented(
    message = "no contract lists the event `{Self}`",
    label = "not in the ABI of the contract, so nobody could read it",
    note = "write `#[secret_contract(events({Self}))]`, with all events that the contract emits, and #[contract_event] on the struct"
)]
pub trait DeclaredEvent<C>: ContractEvent {}

/// Who can read a private event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recipient {
    /// The user whose task it is. Where an Ethereum contract ordered the task with a public input there is no key to
    /// encrypt to, and the event is dropped.
    User,
    /// Whoever has the secret key of this X25519 public key. A key of low order ends the task.
    Key(B256),
}

impl Context {
    /// Emits an event on Ethereum from this contract's account, once the task is committed. Everybody can read it.
    ///
    /// A task has at most 32 calls and events with 65,536 bytes in all; one more ends it.
    pub fn emit<C, E: DeclaredEvent<C>>(&mut self, event: E) {
        host().emit_event(&event.topics(), &event.data());
    }

    /// Emits an event that only the recipient can read. Everybody sees that this contract emitted something, how large it
    /// is up to padding, and the recipient's key.
    pub fn emit_private<C, E: DeclaredEvent<C>>(&mut self, event: E, recipient: Recipient) {
        let data = private_data(&event);
        match recipient {
            Recipient::User => host().emit_private_event(&[], &data),
            Recipient::Key(key) => host().emit_private_event(key.as_slice(), &data),
        }
    }
}

/// What is encrypted of a private event: the topic of its signature, and all arguments.
pub(crate) fn private_data<E: ContractEvent>(event: &E) -> Vec<u8> {
    let mut data = E::TOPIC.to_vec();
    data.extend_from_slice(&event.arguments());
    data
}
