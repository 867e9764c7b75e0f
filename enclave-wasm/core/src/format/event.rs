//! Events as effects: public ones as the contract wrote them, private ones under a key of their reader.

use super::{
    abi::Writer,
    associated_data::associated_data,
    bytes::{Address, Hash, Network, word},
    effect::{Effect, EffectKind},
    tag::Tag,
};
use crate::crypto::{aead, keccak::keccak256, secret::Secret};

const PRIVATE_EVENT: &str = "PrivateEvent(bytes32,bytes32,uint64,bytes)";

/// Where the ciphertext's length stands in the data of a private event: behind the epoch and its offset.
#[cfg(feature = "debug")]
pub const PRIVATE_EVENT_BODY: usize = 64;

/// The first topic of a private event.
#[cfg(feature = "debug")]
pub fn private_event_topic() -> Hash {
    keccak256(PRIVATE_EVENT.as_bytes())
}

/// The recipient that stands for the task's user.
pub const TO_USER: Hash = [0; 32];

/// Where a private event comes from.
pub struct PrivateEvent<'a> {
    pub network: &'a Network,
    /// The contract that emits it.
    pub source: &'a Address,
    pub task_id: &'a Hash,
    /// The epoch of the record, whose io key encrypts.
    pub epoch: u64,
    /// The recipient's X25519 public key, or [`TO_USER`].
    pub recipient: &'a Hash,
    /// Its place among the effects of the task.
    pub index: u32,
}

/// A public event: `topics` are whole words, `data` the log's data.
pub fn public_event(source: &Address, topics: &[u8], data: &[u8]) -> Effect {
    Effect {
        kind: EffectKind::Event,
        source: *source,
        target: [0; 20],
        value: word((topics.len() / 32) as u128),
        data: [topics, data].concat(),
    }
}

impl PrivateEvent<'_> {
    /// The event that carries `plaintext`, encrypted under the session key towards its reader.
    pub fn seal(&self, key: &Secret, plaintext: &[u8]) -> Effect {
        let context = associated_data(Tag::Event, self.network, self.source, self.task_id, self.index);
        let ciphertext = aead::seal_padded(key, &context, plaintext);
        let topics = [keccak256(PRIVATE_EVENT.as_bytes()), *self.task_id, *self.recipient].concat();
        let data = Writer::default().integer(self.epoch).integer(64u8).bytes(&ciphertext);
        public_event(self.source, &topics, &data.finish())
    }
}
