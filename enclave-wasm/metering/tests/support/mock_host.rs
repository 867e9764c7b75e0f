//! A host whose answers are simple enough to be written twice: here and in `test/engine/mock-host.ts`. Its "cryptography"
//! is none; engines only carry bytes.

use std::collections::BTreeMap;

use enigma_metering::{BeginCall, HostError, HostFunctions, RunOutcome, TrapCode};

/// Contracts that may be on the stack of calls at once.
const DEPTH: usize = 4;
/// Effects of a task.
const EFFECTS: usize = 4;

/// What a call keeps and undoes.
#[derive(Clone, Default)]
struct Changes {
    storage: BTreeMap<Vec<u8>, Vec<u8>>,
    effects: Vec<Vec<u8>>,
}

/// All contracts share one store, and each other contract's address says by its first byte what becomes of a call of it: zero
/// is the one module there is, and anything else is refused.
#[derive(Clone, Default)]
pub struct MockHost {
    changes: Changes,
    pub logs: Vec<Vec<u8>>,
    /// Whether nothing may be written.
    pub view: bool,
    /// How many calls of other contracts were begun.
    pub calls: u32,
    /// Who calls, where it is not 0x11 twenty times.
    sender: Option<Vec<u8>>,
    drawn: u8,
    /// Addresses of the contracts that were called and have not ended, and what was there before them.
    called: Vec<(Vec<u8>, Changes)>,
}

#[allow(
    dead_code,
    reason = "the tests of metering run one task on each host, the engine check many"
)]
impl MockHost {
    /// Begins another task on what is stored.
    pub fn begin(&mut self, view: bool, sender: &[u8]) {
        let storage = std::mem::take(&mut self.changes.storage);
        *self = Self {
            changes: Changes {
                storage,
                effects: Vec::new(),
            },
            view,
            sender: Some(sender.to_vec()),
            ..Self::default()
        };
    }

    pub fn storage(&self) -> &BTreeMap<Vec<u8>, Vec<u8>> {
        &self.changes.storage
    }

    pub fn effects(&self) -> &[Vec<u8>] {
        &self.changes.effects
    }

    fn no_view(&self) -> Result<(), HostError> {
        match self.view {
            true => Err(HostError::Trap(TrapCode::ViewEffect)),
            false => Ok(()),
        }
    }

    fn effect(&mut self, kind: u8, parts: &[&[u8]]) -> Result<(), HostError> {
        self.no_view()?;
        if self.changes.effects.len() == EFFECTS {
            return Err(HostError::Trap(TrapCode::TooManyEffects));
        }
        let mut effect = vec![kind];
        for part in parts {
            effect.extend_from_slice(part);
        }
        self.changes.effects.push(effect);
        Ok(())
    }
}

/// Ending byte and payload.
fn answer(outcome: &RunOutcome) -> Vec<u8> {
    let (byte, payload): (u8, &[u8]) = match outcome {
        RunOutcome::Returned { data, .. } => (0, data),
        RunOutcome::Reverted { data, .. } => (1, data),
        RunOutcome::Panicked { data, .. } => (2, data),
        RunOutcome::OutOfGas { .. } => (3, &[]),
        RunOutcome::OutOfMemory { .. } => (4, &[]),
        RunOutcome::StackOverflow { .. } => (5, &[]),
        RunOutcome::Trapped { trap, .. } => (6, trap.code().as_bytes()),
        RunOutcome::NodeFault { .. } => unreachable!("a fault of the node fails the whole run"),
    };
    [&[byte], payload].concat()
}

/// 32 bytes that depend on every byte and on the length.
fn fold(seed: u8, data: &[u8]) -> Vec<u8> {
    let mut out = vec![seed; 32];
    for (index, byte) in data.iter().enumerate() {
        out[index % 32] = out[index % 32].wrapping_mul(31).wrapping_add(*byte);
    }
    out[31] ^= data.len() as u8;
    out
}

impl HostFunctions for MockHost {
    fn storage_get(&mut self, key: &[u8]) -> Result<Option<Vec<u8>>, HostError> {
        Ok(self.changes.storage.get(key).cloned())
    }
    fn storage_set(&mut self, key: &[u8], value: &[u8]) -> Result<(), HostError> {
        self.no_view()?;
        self.changes.storage.insert(key.to_vec(), value.to_vec());
        Ok(())
    }
    fn storage_remove(&mut self, key: &[u8]) -> Result<(), HostError> {
        self.no_view()?;
        self.changes.storage.remove(key);
        Ok(())
    }
    fn storage_next_key(&mut self, key: &[u8]) -> Result<Option<Vec<u8>>, HostError> {
        Ok(self
            .changes
            .storage
            .keys()
            .find(|known| known.as_slice() > key)
            .cloned())
    }
    fn sender(&mut self) -> Result<Vec<u8>, HostError> {
        Ok(match self.called.len() {
            0 => self.sender.clone().unwrap_or_else(|| vec![0x11; 20]),
            1 => vec![0x22; 20],
            depth => self.called[depth - 2].0.clone(),
        })
    }
    fn self_address(&mut self) -> Result<Vec<u8>, HostError> {
        Ok(self
            .called
            .last()
            .map_or(vec![0x22; 20], |(address, _)| address.clone()))
    }
    fn task_id(&mut self) -> Result<Vec<u8>, HostError> {
        Ok(vec![0x33; 32])
    }
    fn epoch(&mut self) -> Result<u64, HostError> {
        Ok(7)
    }
    fn block_number(&mut self) -> Result<u64, HostError> {
        Ok(1 << 40)
    }
    fn block_timestamp(&mut self) -> Result<u64, HostError> {
        Ok(u64::MAX)
    }
    fn random(&mut self, length: u32) -> Result<Vec<u8>, HostError> {
        let mut out = Vec::new();
        for _ in 0..length {
            out.push(self.drawn);
            self.drawn = self.drawn.wrapping_add(1);
        }
        Ok(out)
    }
    fn keccak256(&mut self, data: &[u8]) -> Result<Vec<u8>, HostError> {
        Ok(fold(1, data))
    }
    fn sha256(&mut self, data: &[u8]) -> Result<Vec<u8>, HostError> {
        Ok(fold(2, data))
    }
    fn secp256k1_recover(&mut self, hash: &[u8], signature: &[u8]) -> Result<Option<Vec<u8>>, HostError> {
        Ok((signature[64] < 2).then(|| fold(3, hash)[..20].to_vec()))
    }
    fn ed25519_verify(&mut self, _key: &[u8], message: &[u8], _signature: &[u8]) -> Result<u32, HostError> {
        Ok(u32::from(message.len() % 2 == 1))
    }
    fn aead_seal(&mut self, _key: &[u8], data: &[u8], plaintext: &[u8]) -> Result<Vec<u8>, HostError> {
        Ok([&fold(4, data)[..24], plaintext, &fold(5, plaintext)[..16]].concat())
    }
    fn aead_open(&mut self, _key: &[u8], _data: &[u8], ciphertext: &[u8]) -> Result<Option<Vec<u8>>, HostError> {
        let end = ciphertext.len().saturating_sub(16);
        Ok(ciphertext.get(24..end).map(<[u8]>::to_vec))
    }
    fn x25519_public_key(&mut self, secret_key: &[u8]) -> Result<Vec<u8>, HostError> {
        Ok(secret_key.iter().map(|byte| byte ^ 1).collect())
    }
    fn x25519_shared_secret(&mut self, secret_key: &[u8], public_key: &[u8]) -> Result<Option<Vec<u8>>, HostError> {
        let shared: Vec<u8> = secret_key
            .iter()
            .zip(public_key)
            .map(|(one, other)| one ^ other ^ 1)
            .collect();
        Ok(shared.iter().any(|byte| *byte != 0).then_some(shared))
    }
    fn begin_call(&mut self, contract: &[u8]) -> Result<BeginCall, HostError> {
        let refused = |reason: &str| Ok(BeginCall::Refused([&[10], reason.as_bytes()].concat()));
        if self.view {
            return refused("view");
        }
        if contract[0] != 0 {
            return refused("undeclared");
        }
        if self.called.len() + 1 == DEPTH {
            return refused("depth");
        }
        self.calls += 1;
        self.called.push((contract.to_vec(), self.changes.clone()));
        Ok(BeginCall::Run {
            module: u32::from(contract[0]),
        })
    }
    fn end_call(&mut self, outcome: &RunOutcome) -> Result<Vec<u8>, HostError> {
        let (_, before) = self.called.pop().expect("a call is open");
        if !matches!(outcome, RunOutcome::Returned { .. }) {
            self.changes = before;
        }
        Ok(answer(outcome))
    }
    fn call_ethereum(&mut self, required: bool, target: &[u8], value: &[u8], calldata: &[u8]) -> Result<(), HostError> {
        self.effect(if required { 1 } else { 2 }, &[target, value, calldata])
    }
    fn emit_event(&mut self, topics: &[u8], data: &[u8]) -> Result<(), HostError> {
        self.effect(3, &[topics, data])
    }
    fn emit_private_event(&mut self, recipient: &[u8], data: &[u8]) -> Result<(), HostError> {
        self.no_view()?;
        if recipient.len() == 32 && recipient.iter().all(|byte| *byte == 0) {
            return Err(HostError::Trap(TrapCode::HostArgument));
        }
        self.effect(4, &[recipient, data])
    }
    fn debug_log(&mut self, message: &[u8]) -> Result<(), HostError> {
        self.logs.push(message.to_vec());
        Ok(())
    }
}
