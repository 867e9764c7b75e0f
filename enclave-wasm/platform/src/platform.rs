//! One machine: what it does for the enclaves that run on it.
//!
//! Calls that change state (`counter_increment`, `random`) only count once the bytes of [`Platform::nvram`] are on disk: the
//! holder writes them before it hands the result on, so that a machine that loses power never counts back and never repeats
//! a random byte.

use chacha20::{
    ChaCha20,
    cipher::{KeyIvInit, StreamCipher, StreamCipherSeek},
};
use enigma_attestation::Collateral;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::{
    error::PlatformError,
    fuses::{FuseKey, derive},
    identity::{Identity, SealPolicy},
    nvram::{MAX_COUNTERS, Nvram},
    pki::{CollateralOptions, Pki},
    processor::{Processor, ProcessorModel},
};

/// Most random bytes that one call gives.
pub const MAX_RANDOM: usize = 65_536;
/// Bytes of ChaCha20 with one nonce: 2^32 blocks of 64 bytes. The last one is left unused.
const STREAM_LENGTH: u64 = (1 << 38) - 64;

pub struct Platform {
    nvram: Nvram,
    pki: Pki,
    processor: Processor,
}

impl Platform {
    /// A new machine. With a seed, its fuses and all its randomness follow from the seed, which must be another one for
    /// each machine; without, from `os_entropy` and later from the operating system.
    ///
    /// # Errors
    /// `Internal`, which does not happen.
    pub fn create(seed: Option<[u8; 32]>, os_entropy: [u8; 32]) -> Result<Self, PlatformError> {
        let (source, random_position) = match seed {
            Some(seed) => (Zeroizing::new(seed), Some(0)),
            None => (Zeroizing::new(os_entropy), None),
        };
        let fuses = burn(&source)?;
        Self::start(Nvram {
            fuses,
            random_position,
            counters: Default::default(),
        })
    }

    /// The machine whose state these bytes are.
    ///
    /// # Errors
    /// `Altered` or `Version` where they are not what a machine of this version wrote.
    pub fn open(nvram: &[u8]) -> Result<Self, PlatformError> {
        Self::start(Nvram::from_bytes(nvram)?)
    }

    fn start(nvram: Nvram) -> Result<Self, PlatformError> {
        let pki = Pki::simulation()?;
        let processor = Processor::new(&nvram.fuses, &pki, ProcessorModel::default())?;
        Ok(Self { nvram, pki, processor })
    }

    /// The machine's state, secrets included; for the machine's own storage only.
    ///
    /// # Errors
    /// `Internal`, which does not happen.
    pub fn nvram(&self) -> Result<Zeroizing<Vec<u8>>, PlatformError> {
        self.nvram.to_bytes()
    }

    /// True where this machine was created with this seed.
    ///
    /// # Errors
    /// `Internal`, which does not happen.
    pub fn is_made_from(&self, seed: &[u8; 32]) -> Result<bool, PlatformError> {
        let same = burn(seed)?.bytes().ct_eq(self.nvram.fuses.bytes());
        Ok(self.is_seeded() && bool::from(same))
    }

    /// True where randomness follows from a seed.
    #[must_use]
    pub const fn is_seeded(&self) -> bool {
        self.nvram.random_position.is_some()
    }

    /// An SGX DCAP quote, version 3.
    ///
    /// # Errors
    /// `Internal`, which does not happen.
    pub fn quote(&self, identity: &Identity, report_data: &[u8; 64]) -> Result<Vec<u8>, PlatformError> {
        self.processor.quote(identity, report_data)
    }

    /// What a verifier needs beside the quote.
    ///
    /// # Errors
    /// `Internal`, which does not happen.
    pub fn collateral(&self) -> Result<Collateral, PlatformError> {
        self.pki.collateral(&CollateralOptions::default())
    }

    /// A sealing key (EGETKEY): the same for the same machine, enclave (as `policy` says), `svn` and `key_id`, and unrelated
    /// otherwise. An older key can be had by a newer enclave, never the other way round.
    ///
    /// # Errors
    /// `Svn` where `svn` is above the enclave's own.
    pub fn seal_key(
        &self,
        identity: &Identity,
        policy: SealPolicy,
        svn: u16,
        key_id: &[u8; 32],
    ) -> Result<Zeroizing<[u8; 32]>, PlatformError> {
        if svn > identity.isv_svn {
            return Err(PlatformError::Svn);
        }
        let (label, measurement): (&[u8], _) = match policy {
            SealPolicy::MrEnclave => (b"seal mrenclave", &identity.mr_enclave),
            SealPolicy::MrSigner => (b"seal mrsigner", &identity.mr_signer),
        };
        self.nvram.fuses.derive(&[
            label,
            measurement,
            &identity.isv_prod_id.to_be_bytes(),
            &[u8::from(identity.debug)],
            &svn.to_be_bytes(),
            key_id,
        ])
    }

    /// The value of a monotonic counter, 0 before its first increment.
    #[must_use]
    pub fn counter_read(&self, id: &[u8; 32]) -> u64 {
        self.nvram.counters.get(id).copied().unwrap_or(0)
    }

    /// Adds one and returns the new value.
    ///
    /// # Errors
    /// `Exhausted` where the counter is at its end or too many counters are in use.
    pub fn counter_increment(&mut self, id: &[u8; 32]) -> Result<u64, PlatformError> {
        if !self.nvram.counters.contains_key(id) && self.nvram.counters.len() >= MAX_COUNTERS {
            return Err(PlatformError::Exhausted);
        }
        let next = self.counter_read(id).checked_add(1).ok_or(PlatformError::Exhausted)?;
        self.nvram.counters.insert(*id, next);
        Ok(next)
    }

    /// The next bytes of a seeded machine's random stream: ChaCha20 (RFC 8439), nonce zero, key from the fuses.
    ///
    /// # Errors
    /// `NotSeeded` where randomness comes from the operating system, `Argument` for more than [`MAX_RANDOM`] bytes,
    /// `Exhausted` at the end of the stream (256 GiB).
    pub fn random(&mut self, length: usize) -> Result<Vec<u8>, PlatformError> {
        let position = self.nvram.random_position.ok_or(PlatformError::NotSeeded)?;
        if length > MAX_RANDOM {
            return Err(PlatformError::Argument);
        }
        let end = u64::try_from(length)
            .ok()
            .and_then(|length| position.checked_add(length))
            .filter(|end| *end <= STREAM_LENGTH)
            .ok_or(PlatformError::Exhausted)?;
        let key = self.nvram.fuses.derive::<32>(&[b"rdrand"])?;
        let mut stream = ChaCha20::new(&(*key).into(), &[0; 12].into());
        stream.try_seek(position).map_err(|_| PlatformError::Exhausted)?;
        let mut bytes = vec![0; length];
        stream
            .try_apply_keystream(&mut bytes)
            .map_err(|_| PlatformError::Exhausted)?;
        self.nvram.random_position = Some(end);
        Ok(bytes)
    }
}

fn burn(source: &[u8; 32]) -> Result<FuseKey, PlatformError> {
    Ok(FuseKey::new(*derive::<32>(source, &[b"fuses"])?))
}
