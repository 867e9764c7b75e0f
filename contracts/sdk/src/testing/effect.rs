//! Calls and events that a task leaves for Ethereum.

use crate::ethereum_call::EthereumCall;
use crate::event::{ContractEvent, Recipient, private_data};
use alloy_primitives::{Address, B256, Bytes};

/// Most effects of a task.
pub(super) const MAX_EFFECTS: usize = 32;
/// Most bytes of a task's effects in all.
pub(super) const MAX_EFFECT_BYTES: usize = 65_536;

/// Smallest plaintext of a private event after padding, in bytes.
const SMALLEST_BUCKET: usize = 64;
/// Topics, epoch, offset and length around the ciphertext of a private event, in bytes.
const PRIVATE_EVENT_FRAME: usize = 6 * 32;
/// Nonce and tag of a ciphertext, in bytes.
const CIPHERTEXT_FRAME: usize = 40;

/// A call that a task queued, or an event that it emitted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// A call without which the task is undone.
    Required {
        /// The secret contract from whose account the call is made.
        source: Address,
        /// The call.
        call: EthereumCall,
    },
    /// A call that may fail.
    Attempted {
        /// The secret contract from whose account the call is made.
        source: Address,
        /// The call.
        call: EthereumCall,
    },
    /// An event that everybody can read.
    Event {
        /// The secret contract that emits it.
        source: Address,
        /// The hash of its signature and its indexed arguments.
        topics: Vec<B256>,
        /// Its other arguments, ABI-encoded.
        data: Bytes,
    },
    /// An event that only its recipient can read.
    PrivateEvent {
        /// The secret contract that emits it.
        source: Address,
        /// Who can read it.
        recipient: Recipient,
        /// The hash of its signature and all its arguments, ABI-encoded.
        data: Bytes,
    },
}

impl Effect {
    /// The effect of `ctx.require(call)` in this contract.
    pub fn required(source: Address, call: EthereumCall) -> Self {
        Self::Required { source, call }
    }

    /// The effect of `ctx.attempt(call)` in this contract.
    pub fn attempted(source: Address, call: EthereumCall) -> Self {
        Self::Attempted { source, call }
    }

    /// The effect of `ctx.emit(event)` in this contract.
    pub fn event(source: Address, event: &impl ContractEvent) -> Self {
        Self::Event {
            source,
            topics: event.topics().chunks(32).map(B256::from_slice).collect(),
            data: event.data().into(),
        }
    }

    /// The effect of `ctx.emit_private(event, recipient)` in this contract.
    pub fn private_event(source: Address, event: &impl ContractEvent, recipient: Recipient) -> Self {
        Self::PrivateEvent {
            source,
            recipient,
            data: private_data(event).into(),
        }
    }

    /// Bytes of its data in the receipt.
    pub(super) fn size(&self) -> usize {
        match self {
            Self::Required { call, .. } | Self::Attempted { call, .. } => call.calldata().len(),
            Self::Event { topics, data, .. } => topics.len() * 32 + data.len(),
            Self::PrivateEvent { data, .. } => {
                // Padding adds at least one byte.
                let padded = (data.len() + 1).next_power_of_two().max(SMALLEST_BUCKET);
                PRIVATE_EVENT_FRAME + (padded + CIPHERTEXT_FRAME).next_multiple_of(32)
            }
        }
    }
}
