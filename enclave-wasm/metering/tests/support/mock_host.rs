//! A host whose answers are simple enough to be written twice: here and in `test/engine/mock-host.ts`. Its "cryptography"
//! is none; engines only carry bytes.

use std::collections::BTreeMap;

use enigma_metering::{HostError, HostFunctions};

#[derive(Default)]
pub struct MockHost {
    pub storage: BTreeMap<Vec<u8>, Vec<u8>>,
    pub logs: Vec<Vec<u8>>,
    drawn: u8,
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
        Ok(self.storage.get(key).cloned())
    }
    fn storage_set(&mut self, key: &[u8], value: &[u8]) -> Result<(), HostError> {
        self.storage.insert(key.to_vec(), value.to_vec());
        Ok(())
    }
    fn storage_remove(&mut self, key: &[u8]) -> Result<(), HostError> {
        self.storage.remove(key);
        Ok(())
    }
    fn storage_next_key(&mut self, key: &[u8]) -> Result<Option<Vec<u8>>, HostError> {
        Ok(self.storage.keys().find(|known| known.as_slice() > key).cloned())
    }
    fn sender(&mut self) -> Result<Vec<u8>, HostError> {
        Ok(vec![0x11; 20])
    }
    fn self_address(&mut self) -> Result<Vec<u8>, HostError> {
        Ok(vec![0x22; 20])
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
    fn debug_log(&mut self, message: &[u8]) -> Result<(), HostError> {
        self.logs.push(message.to_vec());
        Ok(())
    }
}
