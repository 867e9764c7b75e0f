//! What a simulated call came to, for its caller and for an observer.

use super::opened_events::OpenedEvent;
use crate::{
    crypto::{aead, padding},
    format::{bytes::Address, effect::Effect, ending::Ending},
};

/// One simulated call, deployment or view.
pub struct Report {
    pub ending: Ending,
    /// Intrinsic gas included.
    pub gas_used: u64,
    pub effects: Vec<Effect>,
    pub opened: Vec<OpenedEvent>,
    /// Of every contract that it may touch, the called one first; empty where it failed.
    pub written: Vec<Written>,
    /// Whether any value is another than before.
    pub changed: bool,
}

/// What was appended to the log of a contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    pub secret_contract: Address,
    /// Bytes of the encrypted delta.
    pub delta: usize,
    /// Bytes of the encrypted parts of a checkpoint; 0 where none was due.
    pub checkpoint: usize,
}

/// Bytes of a padded ciphertext of a plaintext.
pub fn sealed_length(plaintext: usize) -> usize {
    padding::bucket(plaintext)
        .unwrap_or(usize::MAX)
        .saturating_add(aead::OVERHEAD)
}

impl Report {
    /// Bytes of the encrypted output.
    pub fn output_bytes(&self) -> usize {
        sealed_length(self.ending.payload().len().saturating_add(1))
    }

    /// The report as bytes, integers in big-endian order: `gasUsed u64 ‖ outputBytes u32 ‖ changed u8 ‖ count u8, then for each
    /// contract written delta u32 ‖ checkpoint u32 ‖ count u8, then for each effect kind u8 ‖ source(20) ‖ target(20) ‖ value(32) ‖
    /// length u32 ‖ data ‖ count u8, then for each opened event index u8 ‖ length u32 ‖ plaintext ‖ ending u8 ‖ payload`.
    pub fn encode(&self) -> Vec<u8> {
        let payload = self.ending.payload();
        let mut bytes = Vec::with_capacity(payload.len().saturating_add(64));
        bytes.extend_from_slice(&self.gas_used.to_be_bytes());
        length(&mut bytes, self.output_bytes());
        bytes.push(u8::from(self.changed));
        count(&mut bytes, self.written.len());
        for written in &self.written {
            length(&mut bytes, written.delta);
            length(&mut bytes, written.checkpoint);
        }
        count(&mut bytes, self.effects.len());
        for effect in &self.effects {
            bytes.push(effect.kind as u8);
            bytes.extend_from_slice(&effect.source);
            bytes.extend_from_slice(&effect.target);
            bytes.extend_from_slice(&effect.value);
            length(&mut bytes, effect.data.len());
            bytes.extend_from_slice(&effect.data);
        }
        count(&mut bytes, self.opened.len());
        for event in &self.opened {
            bytes.push(u8::try_from(event.index).unwrap_or(u8::MAX));
            length(&mut bytes, event.plaintext.len());
            bytes.extend_from_slice(&event.plaintext);
        }
        bytes.push(self.ending.code());
        bytes.extend_from_slice(&payload);
        bytes
    }
}

/// At most 32 effects and 8 contracts: far below 256.
fn count(bytes: &mut Vec<u8>, count: usize) {
    bytes.push(u8::try_from(count).unwrap_or(u8::MAX));
}

/// Everything of a call is far below 4 GiB.
fn length(bytes: &mut Vec<u8>, length: usize) {
    bytes.extend_from_slice(&u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes());
}
