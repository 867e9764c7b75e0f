//! Private events as those whom they are for read them: a test may see all of them.

use super::Simulation;
use crate::{
    crypto::{aead, contract_keys::ContractKeys, session_keys},
    format::{
        associated_data::associated_data,
        bytes::{Address, Hash, Network},
        effect::{Effect, EffectKind},
        event::{PRIVATE_EVENT_BODY, TO_USER, private_event_topic},
        tag::Tag,
    },
};

/// A private event, opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenedEvent {
    /// Its place among the effects.
    pub index: u32,
    pub plaintext: Vec<u8>,
}

impl Simulation {
    /// Opens those of the effects that are private events of the contract that emitted them.
    pub(super) fn open_events(&mut self, task_id: &Hash, epoch: u64, effects: &[Effect]) -> Vec<OpenedEvent> {
        let mut opened = Vec::new();
        for (index, effect) in (0u32..).zip(effects) {
            let Some((recipient, ciphertext)) = sealed(effect, task_id) else {
                continue;
            };
            let Some(contract) = self.contracts.get_mut(&effect.source) else {
                continue;
            };
            let keys = contract.keys(&self.master, &self.network, epoch);
            let recipient = if recipient == TO_USER {
                *self.user.public()
            } else {
                recipient
            };
            let place = (&self.network, &effect.source, task_id, index);
            if let Some(plaintext) = open(&keys, &recipient, place, ciphertext) {
                opened.push(OpenedEvent { index, plaintext });
            }
        }
        opened
    }
}

/// The recipient and the ciphertext of a private event; none for what is no such thing, or only looks like it.
fn sealed<'a>(effect: &'a Effect, task_id: &Hash) -> Option<(Hash, &'a [u8])> {
    if effect.kind != EffectKind::Event {
        return None;
    }
    let (topic, rest) = effect.data.split_first_chunk::<32>()?;
    let (task, rest) = rest.split_first_chunk::<32>()?;
    let (recipient, rest) = rest.split_first_chunk::<32>()?;
    if *topic != private_event_topic() || task != task_id {
        return None;
    }
    let (length, ciphertext) = rest.get(PRIVATE_EVENT_BODY..)?.split_first_chunk::<32>()?;
    let length = usize::try_from(u32::from_be_bytes(*length.last_chunk::<4>()?)).ok()?;
    Some((*recipient, ciphertext.get(..length)?))
}

fn open(
    keys: &ContractKeys,
    recipient: &Hash,
    (network, source, task_id, index): (&Network, &Address, &Hash, u32),
    ciphertext: &[u8],
) -> Option<Vec<u8>> {
    let session = session_keys::server_session(&keys.input_output, recipient).ok()?;
    let context = associated_data(Tag::Event, network, source, task_id, index);
    aead::open_padded(&session.send, &context, ciphertext)
        .ok()
        .map(|plaintext| plaintext.to_vec())
}
