//! What a task makes happen on Ethereum after its receipt: calls and events, in order.

use super::{
    bytes::{Address, Hash},
    eip712,
};
use crate::crypto::keccak::keccak256;

const EFFECT_TYPE: &str = "Effect(uint8 kind,address source,address target,uint256 value,bytes data)";

/// `effectsHash` of no effects.
pub const NO_EFFECTS: Hash = [0; 32];

/// What an effect is, and what its failure means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EffectKind {
    /// If it fails, the whole task is undone.
    RequiredCall = 1,
    /// If it fails, only itself is undone.
    BestEffortCall = 2,
    Event = 3,
}

/// One effect, as its source's account makes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effect {
    pub kind: EffectKind,
    /// The secret contract whose account calls or emits.
    pub source: Address,
    /// Zero for an event.
    pub target: Address,
    /// Wei, big-endian; the number of topics of an event.
    pub value: Hash,
    /// Calldata; topics and data of an event.
    pub data: Vec<u8>,
}

impl Effect {
    /// EIP-712 `hashStruct(effect)`.
    pub fn hash(&self) -> Hash {
        let fields = eip712::type_hash(EFFECT_TYPE)
            .integer(self.kind as u8)
            .address(&self.source)
            .address(&self.target)
            .hash(&self.value);
        keccak256(&fields.hash(&keccak256(&self.data)).finish())
    }
}

/// keccak256 of the effects' hashes, one after the other; 32 zero bytes for none.
pub fn effects_hash(effects: &[Effect]) -> Hash {
    if effects.is_empty() {
        return NO_EFFECTS;
    }
    let hashes: Vec<u8> = effects.iter().flat_map(Effect::hash).collect();
    keccak256(&hashes)
}
